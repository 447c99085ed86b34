using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft handover</c>, as a build calls it.</summary>
public sealed class HandoverCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task What_was_rendered_whole_passes_and_leaves_no_store_behind()
    {
        (int code, string document, string error) = await Run("handover", "render", "--template", "quick", "--title", "Nightly \"build\"", "--author", "ci", "--set", "session=none",
            "--set", "open_tasks=None.", "--set", "unread_messages=None.", "--section", "Done=All is green.", "--section", "Next steps=- [ ] Release it.");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("title: \"Nightly \\\"build\\\"\"", document, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_project.PathOf("handover.md"), document);
        (code, string text, error) = await Run("handover", "validate", "handover.md", "--template", "quick");
        Assert.Equal((0, ""), (code, error));
        Assert.EndsWith("Passed: 6 rules of template quick, 0 failed, 0 with a warning.\n", text, StringComparison.Ordinal);
        Assert.Equal(["handover.md"], Directory.EnumerateFileSystemEntries(_project.Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_is_still_open_is_told_as_JSON()
    {
        (int code, string json, _) = await Run("handover", "render", "--template", "quick", "--json");
        JsonElement rendered = JsonElement.Parse(json);
        Assert.Equal(0, code);
        Assert.Contains("[What to do first]", rendered.GetProperty("placeholdersRemaining").EnumerateArray().Select(open => open.GetProperty("text").GetString()));
        Assert.StartsWith("---\n", rendered.GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_fails_exits_with_1_and_names_line_and_fix()
    {
        await File.WriteAllTextAsync(_project.PathOf("h.md"), "# H\n\n## Goal\n\nShip it.\n\n## Current state\n\n");
        (int code, string text, string error) = await Run("handover", "validate", "h.md", "--template", "standard");
        Assert.Equal((1, ""), (code, error));
        Assert.Contains("failed  line 7    required-section-current-state: Section 'Current state' (line 7) is empty. Write its text below the heading.\n", text, StringComparison.Ordinal);
        JsonElement json = JsonElement.Parse((await Run("handover", "validate", "h.md", "--template", "standard", "--json")).Output);
        Assert.False(json.GetProperty("passed").GetBoolean());
        Assert.Contains(json.GetProperty("validation").EnumerateArray(), rule => rule.GetProperty("ruleName").ValueEquals("required-section-next-steps") && rule.GetProperty("status").ValueEquals("failed"));
    }

    [Fact]
    public async Task A_template_may_be_any_file_with_rules_beside_it()
    {
        Directory.CreateDirectory(_project.PathOf("docs"));
        await File.WriteAllTextAsync(_project.PathOf("docs", "t.md"), "# T\n\n## Aim\n<!-- REQUIRED -->\n");
        await File.WriteAllTextAsync(_project.PathOf("docs", "t.yaml"), "version: 1\nrules:\n  - name: aim-is-long\n    type: quality_check\n    check: minimum_words\n    section: Aim\n    words: 9\n");
        await File.WriteAllTextAsync(_project.PathOf("h.md"), "## Aim\n\nShip it.\n");
        (int code, string text, _) = await Run("handover", "validate", "h.md", "--template", "docs/t.md");
        Assert.Equal(1, code);
        Assert.Contains("aim-is-long: Section 'Aim' (line 1) has 2 words, and should have at least 9.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No hand-over template 'standart'.", "handover", "validate", "h.md", "--template", "standart")]
    [InlineData("There is no file ./none.md.", "handover", "validate", "h.md", "--template", "./none.md")]
    [InlineData("none.md cannot be read", "handover", "validate", "none.md", "--template", "standard")]
    public async Task What_is_not_there_exits_with_1_and_says_what_to_do(string message, params string[] arguments)
    {
        await File.WriteAllTextAsync(_project.PathOf("h.md"), "# H\n");
        (int code, string output, string error) = await Run(arguments);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("handover", "validate", "h.md")]
    [InlineData("handover", "validate", "--template", "standard")]
    [InlineData("handover", "validate", "h.md", "--template", "standard", "--strict")]
    [InlineData("handover", "validate", "h.md", "i.md", "--template", "standard")]
    [InlineData("handover", "render")]
    [InlineData("handover", "render", "--template", "quick", "--set", "session")]
    [InlineData("handover", "render", "--template", "quick", "--section", "Done=a", "--section", "Done=b")]
    [InlineData("handover", "publish", "h.md")]
    [InlineData("handover")]
    public async Task A_wrong_call_exits_with_2_and_prints_no_document(params string[] arguments)
    {
        await File.WriteAllTextAsync(_project.PathOf("h.md"), "# H\n");
        (int code, string output, string error) = await Run(arguments);
        Assert.Equal(2, code);
        Assert.NotEmpty(error);
        Assert.DoesNotContain("---", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_can_come_from_standard_input_and_in_the_encoding_of_some_shells()
    {
        string document = (await Run("handover", "render", "--template", "quick", "--section", "Done=Grün. ✅", "--section", "Next steps=- [ ] Go.", "--set", "session=none", "--set", "open_tasks=None.",
            "--set", "unread_messages=None.")).Output;
        Assert.Contains("Grün. ✅", document, StringComparison.Ordinal);
        foreach (Encoding encoding in new Encoding[] { new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(document.ReplaceLineEndings("\r\n"))];
            await File.WriteAllBytesAsync(_project.PathOf("h.md"), bytes);
            foreach ((string file, byte[] input) in new[] { ("h.md", Array.Empty<byte>()), ("-", bytes) })
            {
                (int code, string json, string error) = await Run(input, "handover", "validate", file, "--template", "quick", "--json");
                Assert.Equal((0, ""), (code, error));
                JsonElement told = JsonElement.Parse(json);
                Assert.Equal(("quick", true, 0), (told.GetProperty("template").GetString(), told.GetProperty("passed").GetBoolean(), told.GetProperty("placeholdersRemaining").GetArrayLength()));
            }
        }
        (int empty, string nothing, _) = await Run("handover", "validate", "-", "--template", "quick");
        Assert.Equal(1, empty);
        Assert.Contains("The document is empty", nothing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_alone_pass_and_a_broken_file_of_rules_is_told_with_its_line()
    {
        string own = Directory.CreateDirectory(_project.PathOf(".agentcraft", "configs", "handover", "templates")).FullName, rules = Directory.CreateDirectory(_project.PathOf(".agentcraft", "configs", "handover", "rules")).FullName;
        await File.WriteAllTextAsync(Path.Combine(own, "mine.md"), "# {{title}}\n\n## Aim\n");
        await File.WriteAllTextAsync(Path.Combine(rules, "mine.yaml"), "version: 1\nrules:\n  - name: aim\n    type: mandatory_section\n    section: Aim\n    severity: warning\n");
        await File.WriteAllTextAsync(_project.PathOf("h.md"), "# H\n\nText.\n");
        (int code, string json, _) = await Run("handover", "validate", "h.md", "--template", "mine", "--json");
        JsonElement aim = JsonElement.Parse(json).GetProperty("validation").EnumerateArray().Single(rule => rule.GetProperty("ruleName").ValueEquals("aim"));
        Assert.Equal((0, "warning", "warning", "mandatory_section"), (code, aim.GetProperty("status").GetString(), aim.GetProperty("severity").GetString(), aim.GetProperty("ruleType").GetString()));

        await File.WriteAllTextAsync(Path.Combine(rules, "mine.yaml"), "version: 1\nrules:\n  - name: aim\n    type: mandatory\n");
        (code, string output, string error) = await Run("handover", "validate", "h.md", "--template", "mine", "--json");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(".agentcraft/configs/handover/rules/mine.yaml, line 4: type must be one of", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_megabytes_are_checked()
    {
        string part = "Some words with `code [x y]` and a [link](a.md).\n\n- [x] done\n\n";
        await File.WriteAllTextAsync(_project.PathOf("h.md"), $"## Done\n\n{string.Concat(Enumerable.Repeat(part, 5_000_000 / part.Length))}\n## Next steps\n\n- [ ] Go.\n\n## Watch out\n\nNo.\n");
        (int code, string text, _) = await Run("handover", "validate", "h.md", "--template", "quick");
        Assert.True(code == 0, text);
    }

    private Task<(int Code, string Output, string Error)> Run(params string[] arguments) => Run([], arguments);

    private async Task<(int Code, string Output, string Error)> Run(byte[] input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(ServerExecutable.Path, arguments)
        {
            WorkingDirectory = _project.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }
}
