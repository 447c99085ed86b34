using AgentCraft.Data.Handovers;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class HandoverLibraryTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    private HandoverLibrary Library => new(_project.Root);

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("standard", "Goal|Current state|Next steps")]
    [InlineData("quick", "Done|Next steps")]
    [InlineData("incident", "What happened|Impact|Timeline|Current state|Next steps|How to undo")]
    public void Three_templates_ship_each_with_rules(string name, string required)
    {
        HandoverKit kit = Library.Load(name);
        Assert.Equal(required.Split('|'), kit.Template.RequiredSections);
        Assert.True(kit.File.IsShipped);
        Assert.NotEmpty(kit.RuleTexts);
        Assert.All(kit.RuleTexts, rule => Assert.StartsWith($"name: {rule.Rule.Name}\n", rule.Text, StringComparison.Ordinal));
        Assert.Equal(["incident", "quick", "standard"], Library.List().Select(template => template.Name));
    }

    [Fact]
    public void The_project_s_own_template_goes_before_ours_and_has_only_its_own_rules()
    {
        Template("standard", "# Mine\n\n## Aim\n<!-- REQUIRED -->\n");
        HandoverKit mine = Library.Load("standard");
        Assert.Equal(["Aim"], mine.Template.RequiredSections);
        Assert.Null(mine.RuleFile);
        Rules("standard", Rule("type: quality_check\n    check: has_list"));
        Assert.Equal(".agentcraft/configs/handover/rules/standard.yaml", Library.Load("standard").RuleFile!.Path);
    }

    [Fact]
    public void The_project_s_own_rules_go_before_ours_on_a_template_of_ours()
    {
        Rules("quick", Rule("type: quality_check\n    check: has_list"));
        Assert.Equal(["required-section-done", "required-section-next-steps", "r", "no-placeholders-left", "front-matter-valid"], Library.Load("quick").Rules.Select(rule => rule.Name));
    }

    [Fact]
    public void A_change_of_the_file_counts_at_once()
    {
        Template("mine", "# One\n");
        string before = Library.Load("mine").File.Hash;
        Template("mine", "# Two\n");
        Assert.NotEqual(before, Library.Load("mine").File.Hash);
        Assert.Equal("# Two\n", Library.Load("mine").Template.Text);
    }

    [Fact]
    public void A_rule_about_a_section_that_the_template_marks_takes_the_mark_s_place()
    {
        Template("mine", "## 🎯 Goal\n<!-- REQUIRED -->\n");
        Rules("mine", Rule("type: mandatory_section\n    section: goal\n    severity: warning"));
        RuleResult result = Check("mine", "text").First();
        Assert.Equal(("r", RuleStatus.Warning), (result.RuleName, result.Status));
    }

    [Theory]
    [InlineData("version: 1\nrules:\n  - name: half-writ", 3, "a rule lacks 'type'")]
    [InlineData("version: 1\nrules:\n  - name: [a\n  - b: c", 1, "no valid YAML")]
    [InlineData("version: 1\nrules:\n  - name: \"a\n", 3, "no valid YAML")]
    [InlineData("", 1, "one YAML document")]
    [InlineData("rules: []", 1, "lacks 'version'")]
    [InlineData("version: 2\nrules: []", 1, "version 2 is not known")]
    [InlineData("version: 1\nrules: none", 2, "must be a list")]
    [InlineData("version: 1\n\nrules:\n- name: A\n  type: quality_check", 4, "lower-case")]
    [InlineData("version: 1\nrules:\n- name: a\n  type: wish", 4, "must be one of mandatory_section, quality_check, validation_rule, not 'wish'")]
    [InlineData("version: 1\nrules:\n- name: a\n  type: quality_check\n  check: has_lst", 5, "must be one of not_empty")]
    [InlineData("version: 1\nrules:\n- name: a\n  type: quality_check\n  check: has_list\n  sectoin: x", 6, "Did you mean 'section'?")]
    [InlineData("version: 1\nrules:\n- name: a\n  type: quality_check\n  check: minimum_words\n  words: few", 6, "whole number from 1")]
    [InlineData("version: 1\nrules:\n- name: a\n  type: mandatory_section", 3, "lacks 'section'")]
    [InlineData("version: 1\nrules:\n- &x {name: a, type: quality_check, check: has_list}\n- *x", 3, "anchors")]
    [InlineData("version: 1\nrules:\n- {name: a, type: quality_check, check: has_list}\n- {name: a, type: quality_check, check: has_list}", 4, "two rules 'a'")]
    [InlineData("version: 1\nversion: 1\nrules: []", 2, "no valid YAML")]
    public void A_broken_file_of_rules_is_told_with_its_line_and_hurts_no_other_template(string yaml, int line, string fault)
    {
        Template("mine", "# Mine\n");
        Rules("mine", yaml);
        AgentCraftException broken = Assert.Throws<AgentCraftException>(() => Library.Load("mine"));
        Assert.Equal(ErrorCodes.InvalidConfiguration, broken.Code);
        Assert.StartsWith($".agentcraft/configs/handover/rules/mine.yaml, line {line}: ", broken.Message, StringComparison.Ordinal);
        Assert.Contains(fault, broken.Message, StringComparison.Ordinal);
        Library.Load("standard");
        Assert.Equal(broken.Message, Library.List().Single(template => template.Name == "mine").Error);
    }

    [Fact]
    public void Rules_that_are_nested_without_end_are_refused_before_they_are_read()
    {
        Template("mine", "# Mine\n");
        foreach (string yaml in new[] { new string('[', 200_000), string.Concat(Enumerable.Repeat("- ", 100_000)), $"version: {new string('{', 50_000)}" })
        {
            Rules("mine", yaml);
            Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AgentCraftException>(() => Library.Load("mine")).Code);
        }
    }

    [Fact]
    public void A_template_that_is_no_text_is_told_with_its_line()
    {
        Template("mine", "# ok\n\n");
        File.AppendAllText(PathOf("templates", "mine.md"), "\u00e9", System.Text.Encoding.Latin1);
        Assert.StartsWith(".agentcraft/configs/handover/templates/mine.md, line 3: it is not UTF-8", Assert.Throws<AgentCraftException>(() => Library.Load("mine")).Message, StringComparison.Ordinal);
        Template("mine", " \n");
        Assert.Contains("is empty", Assert.Throws<AgentCraftException>(() => Library.Load("mine")).Message, StringComparison.Ordinal);
        Template("mine", new string('x', 2_000_000));
        Assert.Contains("the limit is 1,048,576", Assert.Throws<AgentCraftException>(() => Library.Load("mine")).Message, StringComparison.Ordinal);
    }

    [Requires(Need.Unix, "it makes links")]
    public void A_template_that_is_a_link_out_of_the_project_is_not_read()
    {
        string outside = Path.Combine(Path.GetTempPath(), $"ac-{Guid.NewGuid():N}");
        File.WriteAllText(outside, "# secret\n");
        try
        {
            Directory.CreateDirectory(PathOf("templates", ""));
            File.CreateSymbolicLink(PathOf("templates", "mine.md"), outside);
            Assert.Contains("leads out of the project", Assert.Throws<AgentCraftException>(() => Library.Load("mine")).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Theory]
    [InlineData("../standard")]
    [InlineData("standard.md")]
    [InlineData("")]
    [InlineData("standart")]
    public void An_unknown_name_is_told_those_that_there_are(string name)
    {
        AgentCraftException unknown = Assert.Throws<AgentCraftException>(() => Library.Load(name));
        Assert.Equal(ErrorCodes.NotFound, unknown.Code);
        Assert.Contains("Templates: incident, quick, standard.", unknown.Hint, StringComparison.Ordinal);
    }

    private IReadOnlyList<RuleResult> Check(string template, string document) => Library.Load(template).Check(MarkdownOutline.Parse(document), CitationReport.None);

    private static string Rule(string rest) => $"version: 1\nrules:\n  - name: r\n    {rest}\n";

    private void Template(string name, string text) => Write("templates", $"{name}.md", text);

    private void Rules(string name, string text) => Write("rules", $"{name}.yaml", text);

    private void Write(string kind, string file, string text)
    {
        Directory.CreateDirectory(PathOf(kind, ""));
        File.WriteAllText(PathOf(kind, file), text);
    }

    private string PathOf(string kind, string file) => _project.PathOf(".agentcraft", "configs", "handover", kind, file);
}
