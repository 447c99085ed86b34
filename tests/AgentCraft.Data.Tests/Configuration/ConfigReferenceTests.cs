namespace AgentCraft.Data.Tests.Configuration;

public sealed class ConfigReferenceTests : IDisposable
{
    private readonly ConfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("skills: [code-revew]", "skill", "skills/code-revew", "Did you mean 'code-review'?", 10)]
    [InlineData("workflow: review-a-chnge", "workflow", "workflows/review-a-chnge", "Did you mean 'review-a-change'?", 11)]
    [InlineData("prompts: [be-breif]", "prompt", "prompts/be-breif", "Did you mean 'be-brief'?", 11)]
    [InlineData("extends: bulder", "template", "templates/bulder", "Did you mean 'builder'?", 10)]
    public void A_reference_to_nothing_names_both_files_and_the_nearest(string line, string kind, string file, string nearest, int column)
    {
        _files.Write("templates/t.yaml", $"version: 2\n{line}\n");
        string message = _files.Refusal("t").Message;
        Assert.StartsWith($".agentcraft/configs/templates/t.yaml, line 2, column {column}: there is no {kind} '{file.Split('/')[1]}' (.agentcraft/configs/{file}.yaml does not exist", message, StringComparison.Ordinal);
        Assert.Contains(nearest, message, StringComparison.Ordinal);
        Assert.Equal(message, _files.Library.Templates.Get("t").Error);
    }

    [Fact]
    public void A_reference_to_nothing_deeper_down_is_told_where_it_stands()
    {
        _files.Write("skills/a.yaml", "version: 1\ncontent: a\nrequires:\n  - none\n");
        _files.Write("templates/t.yaml", "version: 2\nskills: [a]\n");
        Assert.StartsWith(".agentcraft/configs/skills/a.yaml, line 4, column 5: there is no skill 'none'", _files.Refusal("t").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_to_a_file_that_cannot_be_used_names_both()
    {
        _files.Write("skills/a.yaml", "version: 1\ncontents: a\n");
        _files.Write("templates/t.yaml", "version: 2\nskills: [a]\n");
        string message = _files.Refusal("t").Message;
        Assert.StartsWith(".agentcraft/configs/templates/t.yaml, line 2, column 10: the skill 'a' cannot be used. .agentcraft/configs/skills/a.yaml, line ", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("skills", "requires", "content: x")]
    [InlineData("workflows", "includes", "steps: [x]")]
    [InlineData("templates", "extends", "title: x")]
    public void A_circle_is_told_with_the_whole_chain(string folder, string key, string rest)
    {
        int version = folder == "templates" ? 2 : 1;
        string[] names = ["a", "b", "c"];
        for (int i = 0; i < 3; i++)
            _files.Write($"{folder}/{names[i]}.yaml", $"version: {version}\n{rest}\n{key}: {(key == "extends" ? names[(i + 1) % 3] : $"[{names[(i + 1) % 3]}]")}\n");
        _files.Write("templates/t.yaml", folder switch { "skills" => "version: 2\nskills: [a]\n", "workflows" => "version: 2\nworkflow: a\n", _ => "version: 2\nextends: a\n" });
        string message = _files.Refusal("t").Message, kind = folder[..^1];
        Assert.Contains($"this closes a circle: {string.Join(" → ", names.Select(name => $"{kind} '{name}' (.agentcraft/configs/{folder}/{name}.yaml, line 3)"))} → {kind} 'a'.", message, StringComparison.Ordinal);
        Assert.StartsWith($".agentcraft/configs/{folder}/c.yaml, line 3", message.Replace("templates/t.yaml", "", StringComparison.Ordinal).Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_refers_to_itself_is_a_circle()
    {
        _files.Write("templates/t.yaml", "version: 2\nextends: t\n");
        Assert.Contains("this closes a circle: template 't' (.agentcraft/configs/templates/t.yaml, line 2) → template 't'", _files.Refusal("t").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_two_need_comes_once_and_before_both()
    {
        _files.Write("skills/base.yaml", "version: 1\ncontent: x\n");
        _files.Write("skills/left.yaml", "version: 1\ncontent: x\nrequires: [base]\n");
        _files.Write("skills/right.yaml", "version: 1\ncontent: x\nrequires: [base, left]\n");
        _files.Write("templates/t.yaml", "version: 2\nskills: [right, base]\n");
        Assert.Equal(["base", "left", "right"], _files.Library.Resolve("t").Skills.Select(skill => skill.Name));
    }

    [Fact]
    public void A_chain_has_an_end_and_a_lattice_is_walked_once()
    {
        for (int i = 0; i < 40; i++)
            _files.Write($"skills/s{i}.yaml", $"version: 1\ncontent: x\nrequires: [s{i + 1}]\n");
        _files.Write("skills/s40.yaml", "version: 1\ncontent: x\n");
        _files.Write("templates/t.yaml", "version: 2\nskills: [s0]\n");
        Assert.Contains("this is the 33th reference in a row", _files.Refusal("t").Message, StringComparison.Ordinal);
        for (int i = 0; i < 25; i++)
            foreach (string side in new[] { "l", "r" })
                _files.Write($"skills/{side}{i}.yaml", i == 24 ? "version: 1\ncontent: x\n" : $"version: 1\ncontent: x\nrequires: [l{i + 1}, r{i + 1}]\n");
        _files.Write("templates/u.yaml", "version: 2\nskills: [l0, r0]\n");
        Assert.Equal(50, _files.Library.Resolve("u").Skills.Count);
    }

    [Fact]
    public void References_are_resolved_when_they_are_read_and_never_copied()
    {
        _files.Write("skills/a.yaml", "version: 1\ncontent: before\n");
        _files.Write("templates/t.yaml", "version: 2\nskills: [a]\n");
        var library = _files.Library;
        Assert.Equal("before", library.Resolve("t").Skills[0].Content);
        _files.Write("skills/a.yaml", "version: 1\ncontent: and after\n");
        Assert.Equal("and after", library.Resolve("t").Skills[0].Content);
        File.Delete(_files.PathOf("skills/a.yaml"));
        Assert.Contains("there is no skill 'a'", Assert.Throws<AgentCraftException>(() => library.Resolve("t")).Message, StringComparison.Ordinal);
    }
}
