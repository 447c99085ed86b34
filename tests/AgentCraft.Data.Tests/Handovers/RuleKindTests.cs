using AgentCraft.Data.Handovers;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>Each kind of rule, on documents that keep it and documents that break it.</summary>
public sealed class RuleKindTests
{
    private static readonly HandoverTemplate Template = HandoverTemplate.Parse("x", "# T\n");

    [Theory]
    [InlineData("check: not_empty\n    section: Goal", "## 2. goal!\n\nx", RuleStatus.Passed, 1)]
    [InlineData("check: not_empty\n    section: Goal", "intro\n\n### 🎯 GOAL\n\n[Say what]", RuleStatus.Failed, 3)]
    [InlineData("check: not_empty\n    section: Goal", "# Other\n\nx", RuleStatus.Failed, null)]
    [InlineData("check: not_empty", "# H\n\n<!-- x -->", RuleStatus.Failed, null)]
    [InlineData("check: minimum_words\n    words: 4", "# Heading does not count\n\nIt's three words.\n", RuleStatus.Failed, null)]
    [InlineData("check: minimum_words\n    words: 4", "# H\n\nThese are `four` words.\n", RuleStatus.Passed, null)]
    [InlineData("check: minimum_words\n    words: 4\n    section: A", "# A\n\none two\n\n## B\n\nthree four\n\n# C\n\nfive", RuleStatus.Passed, 1)]
    [InlineData("check: has_list\n    section: A", "# A\n\n1. one\n", RuleStatus.Passed, 1)]
    [InlineData("check: has_list\n    section: A", "# A\n\n- [Say what]\n\n# B\n\n- x", RuleStatus.Failed, 1)]
    [InlineData("check: has_list\n    section: A", "# A\n\n```\n- code\n```\n", RuleStatus.Failed, 1)]
    [InlineData("check: has_task_box\n    section: A", "# A\n\n* [X] done\n", RuleStatus.Passed, 1)]
    [InlineData("check: has_task_box\n    section: A", "# A\n\n- [link](x) [ ] no\n", RuleStatus.Failed, 1)]
    [InlineData("check: has_task_box\n    section: A", "# A\n\n- [ ] [Say what]\n", RuleStatus.Failed, 1)]
    [InlineData("check: front_matter_key\n    key: title", "---\na: 1\nTitle: \"x\"\n---\n", RuleStatus.Passed, 3)]
    [InlineData("check: front_matter_key\n    key: title", "---\ntitle:\n  - a\n---\n", RuleStatus.Passed, 2)]
    [InlineData("check: front_matter_key\n    key: title", "---\ntitle: \"\"\n---\n", RuleStatus.Failed, 2)]
    [InlineData("check: front_matter_key\n    key: title", "---\na: {title: x}\n---\n", RuleStatus.Failed, 1)]
    [InlineData("check: front_matter_key\n    key: title", "# H\n", RuleStatus.Failed, null)]
    [InlineData("check: front_matter_valid", "---\na: 1\ntags: [x], y]\n---\n", RuleStatus.Failed, 3)]
    [InlineData("check: front_matter_valid", "---\na: 1\n---\n", RuleStatus.Passed, 1)]
    [InlineData("check: front_matter_valid", "---\njust text\n---\n", RuleStatus.Failed, 2)]
    public void A_quality_check_names_the_line(string rule, string document, RuleStatus status, int? line)
    {
        RuleResult result = Check($"type: quality_check\n    {rule}", document);
        Assert.Equal((RuleType.QualityCheck, status, line), (result.RuleType, result.Status, result.Line));
    }

    [Theory]
    [InlineData("severity: warning", RuleStatus.Warning)]
    [InlineData("severity: error", RuleStatus.Failed)]
    public void A_broken_rule_is_as_severe_as_it_says(string severity, RuleStatus status) =>
        Assert.Equal(status, Check($"type: mandatory_section\n    section: Goal\n    {severity}", "x").Status);

    [Theory]
    [InlineData("🎯 Goal (one sentence)", "#### 3) **goal**")]
    [InlineData("Context & Decisions", "# context and decisions:")]
    [InlineData("Next steps", "Next STEPS\n---")]
    public void A_heading_is_found_whatever_its_emoji_level_or_case(string section, string heading) =>
        Assert.Equal(RuleStatus.Passed, Check($"type: mandatory_section\n    section: \"{section}\"", $"{heading}\n\nx\n").Status);

    [Fact]
    public void Front_matter_made_to_be_expensive_is_read_in_one_go()
    {
        string nested = $"---\na: {new string('[', 30_000)}\n---\n", laughs = "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b,*b]\n---\n", large = $"---\na: {new string('x', 70_000)}\n---\n";
        Assert.Equal(RuleStatus.Failed, Check("type: quality_check\n    check: front_matter_valid", nested).Status);
        Assert.Equal(RuleStatus.Passed, Check("type: quality_check\n    check: front_matter_valid", laughs).Status);
        Assert.Contains("more than 65,536", Check("type: quality_check\n    check: front_matter_valid", large).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cited_files_are_those_in_code_and_links_that_look_like_files()
    {
        using TemporaryProject project = new();
        foreach (string file in new[] { "README.md", "src/a.cs", "docs/with space.md", "Makefile" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(project.PathOf(file))!);
            File.WriteAllText(project.PathOf(file), "x");
        }
        CitationReport cited = CitationReport.Of(MarkdownOutline.Parse("""
            # See `src/a.cs:12-14`, `./README.md`, [docs](docs/with%20space.md#top) and `/src/a.cs`, `Makefile`, `src/`.
            Not files: `make test`, `System.Text.Json`, `origin/main`, `--root`, `a*.cs`, `https://x.org/a.md`, [x](mailto:a@b.c), `1.2.3`, `$HOME/a.md`, `and/or`.
            Missing: `src/gone.cs`, `gone.yaml`, [x](docs/gone.md), `../outside.md`.

            ```
            `src/in-a-block.cs`
            ```
            """), project.Root);
        Assert.Equal(["src/a.cs 1 Present", "README.md 1 Present", "docs/with space.md 1 Present", "Makefile 1 Present", "src 1 Present", "src/gone.cs 3 Missing", "gone.yaml 3 Missing", "docs/gone.md 3 Missing"],
            cited.Files.Select(file => $"{file.Path} {file.Line} {file.State}"));
    }

    [Requires(Need.Unix, "it makes links")]
    public void A_cited_link_out_of_the_project_is_not_read()
    {
        using TemporaryProject project = new();
        File.CreateSymbolicLink(project.PathOf("passwd.txt"), "/etc/passwd");
        Assert.Equal(FileState.Missing, Assert.Single(CitationReport.Of(MarkdownOutline.Parse("`passwd.txt`"), project.Root).Files).State);
    }

    [Fact]
    public async Task Cited_commits_are_looked_up_in_the_repository()
    {
        using Git.Repository repository = new();
        string id = repository.Commit().Run("rev-parse", "HEAD");
        MarkdownOutline document = MarkdownOutline.Parse($"It is `{id[..9]}`, not `deadbee1`.\n");
        RuleResult result = Check("type: validation_rule\n    check: cited_commits_exist", document, await Citations.Look(document, repository.Root));
        Assert.Equal((RuleStatus.Failed, 1), (result.Status, result.Line));
        Assert.StartsWith("`deadbee1` (line 1) is no commit", result.Message, StringComparison.Ordinal);
        using TemporaryProject elsewhere = new();
        Assert.Contains("could not be looked up", Check("type: validation_rule\n    check: cited_commits_exist", document, await Citations.Look(document, elsewhere.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_the_commit_of_the_front_matter_tells_what_changed_since()
    {
        using Git.Repository repository = new();
        string then = repository.Write("a.cs", "1").Write("b.cs", "1").Commit().Run("rev-parse", "HEAD");
        repository.Write("a.cs", "2").Commit();
        string own = Path.Combine(repository.Root, ".agentcraft", "configs", "handover");
        Directory.CreateDirectory(Path.Combine(own, "templates"));
        CheckedPaper paper = await new HandoverPaper(repository.Root).Validate("standard", $"---\ncommit: {then}\n---\n\n## Goal\n\n`a.cs` and `b.cs`\n");
        Assert.Contains("`a.cs` (line 7) changed", paper.Validation.Single(rule => rule.RuleName == "cited-files-unchanged").Message, StringComparison.Ordinal);
    }

    private static RuleResult Check(string rule, string document) => Check(rule, MarkdownOutline.Parse(document), CitationReport.None);

    private static RuleResult Check(string rule, MarkdownOutline document, CitationReport cited) =>
        RuleFile.Read(new ConfigFile("x", "x.yaml", $"version: 1\nrules:\n  - name: r\n    {rule}\n", Modified: null), Template).Single().Rule.Check(document, cited);
}
