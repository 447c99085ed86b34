using AgentCraft.Data.Configuration;

namespace AgentCraft.Data.Tests.Configuration;

/// <summary>What is wrong with a file is said with file, line, column, what was found and what is expected.</summary>
public sealed class ConfigFaultTests : IDisposable
{
    private const string File = ".agentcraft/configs/templates/t.yaml";

    private readonly ConfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("", "line 1, column 1: the file is empty; expected keys with values, at least 'version'.")]
    [InlineData(" \n\t\n", "line 1, column 1: the file is empty; expected keys with values, at least 'version'.")]
    [InlineData("# only\n# words\n", "line 1, column 1: there is nothing but comments; expected keys with values, at least 'version'.")]
    [InlineData("just text", "line 1, column 1: the file is the text 'just text'; expected keys with values.")]
    [InlineData("- a\n- b\n", "line 1, column 1: the file is a list of 2; expected keys with values.")]
    [InlineData("title: x\n", "line 1, column 1: the file lacks 'version'.")]
    [InlineData("version: two\n", "line 1, column 10: version is the text 'two'; expected 2, the version of this format.")]
    [InlineData("version: [2]\n", "line 1, column 10: version is a list of 1; expected 2, the version of this format.")]
    [InlineData("version: 3\n", "line 1, column 10: version is the number 3, which is newer than this program; expected 1 to 2. Update agentcraft.")]
    [InlineData("version: 2\nskils: [a]\n", "line 2, column 1: the file has no key 'skils'. Did you mean 'skills'? Expected one of $schema, version, name,")]
    [InlineData("version: 2\nskills: code-review\n", "line 2, column 9: skills is the text 'code-review'; expected a list of names of skills.")]
    [InlineData("version: 2\nskills:\n  - Code Review\n", "line 3, column 5: an item of skills is the text 'Code Review'; expected a name in kebab-case, such as code-review.")]
    [InlineData("version: 2\nskills: [code-review, code-review]\n", "line 2, column 9: skills is a list of 2; expected each only once.")]
    [InlineData("version: 2\ntitle: 5\n", "line 2, column 8: title is the number 5; expected one line of text, at most 200 characters.")]
    [InlineData("version: 2\ntitle:\n", "line 2, column 7: title is nothing; expected one line of text")]
    [InlineData("version: 2\ntitle: |\n  a\n  b\n", "line 2, column 8: title is the text 'a b'; expected one line of text")]
    [InlineData("version: 2\nagentType: Code_Reviewer\n", "line 2, column 12: agentType is the text 'Code_Reviewer'; expected an agent type: lower-case words")]
    [InlineData("version: 2\nmcpServers: {x: {args: [a]}}\n", "line 2, column 14: 'x' lacks 'command' or 'url'.")]
    [InlineData("version: 2\nmcpServers: {x: {command: a, url: 'https://x'}}\n", "line 2, column 14: 'x' has command and url; expected one of them.")]
    [InlineData("version: 2\nmcpServers: {AgentCraft: {command: a}}\n", "line 2, column 14: a key is the text 'AgentCraft'; expected a name such as github; agentcraft is this server's own.")]
    [InlineData("version: 2\nmcpServers: {x: {command: a, env: [A-B]}}\n", "line 2, column 36: an item of env is the text 'A-B'; expected the name of an environment variable")]
    [InlineData("version: 2\nname: other\n", "line 2, column 7: name is the text 'other'; expected 't', the name of the file.")]
    [InlineData("version: 2\ntitle: a\ntitle: b\n", "line 3, column 1: 'title' is there twice, first in line 2. Keep one of them.")]
    [InlineData("version: 2\ntitle: \"half-writ", "this is no valid YAML")]
    [InlineData("version: 2\n\ttitle: x\n", "line 2, column 1: this is no valid YAML: While scanning a plain scalar, found a tab")]
    [InlineData("version: 2\ntitle: &a x\n", "line 2, column 8: anchors and aliases are not read here. Write the value out.")]
    [InlineData("version: 2\ntitle: !!python/object x\n", "line 2, column 8: tags (tag:yaml.org,2002:python/object) are not read here.")]
    [InlineData("version: 2\n---\nversion: 2\n", "line 2, column 1: a second document begins here; expected one in a file.")]
    [InlineData("version: 2\n? [a]\n: b\n", "line 2, column 3: a key must be a word.")]
    [InlineData("version: 2\ntitle: \"a\\0b\"\n", "line 2, column 8: this text contains a NUL character")]
    public void A_mistake_is_told_with_its_place_and_what_is_expected(string text, string told)
    {
        _files.Write("templates/t.yaml", text);
        string message = _files.Refusal("t").Message;
        Assert.StartsWith($"{File}, line ", message, StringComparison.Ordinal);
        Assert.True(message.Contains(told, StringComparison.Ordinal), message);
    }

    [Theory]
    [InlineData("{", "this is no valid JSON")]
    [InlineData("{\n\t\"version\": 2,\n\t\"skils\": []\n}", "line 3, column 2: the file has no key 'skils'. Did you mean 'skills'?")]
    [InlineData("{\"version\": 2, \"title\": \"é🎉\", \"title\": \"b\"}", "line 1, column 32: 'title' is there twice, first in line 1.")]
    [InlineData("{\"version\": 2, \"title\": \"\\ud800\"}", "this text contains half of a surrogate pair.")]
    [InlineData("{\"version\": 2} x", "this is no valid JSON")]
    [InlineData("[1, 2]", "line 1, column 1: the file is a list of 2; expected keys with values.")]
    [InlineData("null", "line 1, column 1: the file is nothing; expected keys with values.")]
    public void Mistakes_in_JSON_are_told_in_the_same_way(string text, string told)
    {
        _files.Write("templates/t.json", text);
        string message = _files.Refusal("t").Message;
        Assert.StartsWith(".agentcraft/configs/templates/t.json, line ", message, StringComparison.Ordinal);
        Assert.True(message.Contains(told, StringComparison.Ordinal), message);
    }

    [Fact]
    public void JSON_may_have_tabs_comments_trailing_commas_and_escaped_emoji()
    {
        _files.Write("templates/t.json", "{\n\t// mine\n\t\"$schema\": \"template.schema.json\",\n\t\"version\": \"2.0\",\n\t\"title\": \"\\ud83c\\udf89 \\/\",\n}");
        Assert.Equal("🎉 /", _files.Library.Resolve("t").Title);
    }

    [Fact]
    public void A_text_with_Windows_line_ends_and_a_byte_order_mark_is_read()
    {
        _files.Write("templates/t.yaml", "\uFEFFversion: 2\r\ntitle: x\r\nskils: []\r\n");
        Assert.Contains("line 3, column 1: the file has no key 'skils'", _files.Refusal("t").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_UTF_8_is_told_with_the_line()
    {
        System.IO.File.WriteAllBytes(_files.Write("templates/t.yaml", ""), [.. "version: 2\ntitle: "u8, 0xE9, (byte)'\n']);
        Assert.Contains("line 2, column 8: it is not UTF-8 text.", _files.Refusal("t").Message, StringComparison.Ordinal);
        System.IO.File.WriteAllBytes(_files.PathOf("templates/t.yaml"), [.. "version: 2\ntitle: "u8, 0]);
        Assert.Contains("line 2, column 8: it contains a NUL character.", _files.Refusal("t").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_beyond_a_megabyte_is_not_read()
    {
        _files.Write("templates/t.yaml", "version: 2\n#" + new string('x', 1024 * 1024));
        Assert.Contains("it has 1,048,588 bytes; the limit is 1,048,576.", _files.Refusal("t").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_its_place_is_told()
    {
        Directory.CreateDirectory(_files.PathOf("templates/t.yaml"));
        Assert.Contains("there is a directory in its place; expected a file.", _files.Refusal("t").Message, StringComparison.Ordinal);
        Assert.Contains(_files.Library.Templates.List(), one => one is { Name: "t", Error: not null });
    }

    [Fact]
    public void A_link_out_of_the_project_is_not_followed_and_one_inside_is()
    {
        string outside = Path.Combine(Path.GetTempPath(), $"ac-out-{Guid.NewGuid():N}.yaml"), at = _files.Write("templates/x.yaml", "version: 2\ntitle: Inside\n");
        System.IO.File.WriteAllText(outside, "version: 2\ntitle: Outside\n");
        System.IO.File.CreateSymbolicLink(_files.PathOf("templates/t.yaml"), outside);
        Assert.Equal(".agentcraft/configs/templates/t.yaml, line 1, column 1: it is a link that leads out of the project.", _files.Refusal("t").Message);
        System.IO.File.Delete(outside);
        Assert.Contains("link", _files.Refusal("t").Message, StringComparison.Ordinal);
        System.IO.File.CreateSymbolicLink(_files.PathOf("templates/inner.yaml"), at);
        Assert.Equal("Inside", _files.Library.Resolve("inner").Title);
        System.IO.File.CreateSymbolicLink(_files.PathOf("templates/loop.yaml"), _files.PathOf("templates/loop.yaml"));
        Assert.Contains("link", _files.Refusal("loop").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_is_refused_where_it_begins()
    {
        _files.Write("templates/t.yaml", "version: 2\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n");
        Assert.Contains("line 2, column 4: anchors and aliases", _files.Refusal("t").Message, StringComparison.Ordinal);
        _files.Write("templates/t.yaml", "version: 2\ntitle: " + new string('[', 5000));
        Assert.Contains("nested more than 20 deep", _files.Refusal("t").Message, StringComparison.Ordinal);
        _files.Write("templates/t.yaml", "version: 2\nskills: [" + string.Join(",", Enumerable.Repeat("a", 60_000)) + "]\n");
        Assert.Contains("there are more than 50,000 values", _files.Refusal("t").Message, StringComparison.Ordinal);
        System.IO.File.Delete(_files.PathOf("templates/t.yaml"));
        _files.Write("templates/t.json", """{"version": 2, "title": """ + new string('[', 60) + new string(']', 60) + "}");
        Assert.Contains("nested more than 20 deep", _files.Refusal("t").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_an_error_for_itself()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
            return;
        System.IO.File.SetUnixFileMode(_files.Write("templates/t.yaml", "version: 2\n"), UnixFileMode.None);
        Assert.Contains("it cannot be read now", _files.Refusal("t").Message, StringComparison.Ordinal);
        Assert.Equal("builder", _files.Library.Resolve("builder").Name);
    }

    [Fact]
    public void Any_beginning_of_a_file_is_read_or_told()
    {
        string text = "version: 2\ntitle: \"Mine: yes\"\nskills: [code-review, {a: b}]\ninstruction: |\n  x\nmcpServers:\n  x: {command: a, env: {A: \"${A}\"}}\n";
        for (int length = 0; length < text.Length; length++)
            foreach (string half in new[] { text[..length], text[..length] + "\r", text[..length] + "\u0001", text[..length] + "\"", text[..length] + "]" })
            {
                _files.Write("templates/t.yaml", half);
                if (Record.Exception(() => _files.Library.Resolve("t")) is { } thrown)
                    Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.IsType<AgentCraftException>(thrown).Code);
            }
    }
}
