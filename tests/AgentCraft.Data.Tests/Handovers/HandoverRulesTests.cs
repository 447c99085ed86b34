using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class HandoverRulesTests
{
    private static readonly HandoverTemplate Template = HandoverTemplate.Parse("x", """
        # {{title}}

        ## 🎯 Goal (one sentence)
        <!-- REQUIRED -->

        [What it is for]

        ## Current State
        <!-- REQUIRED -->

        **Phase**: [e.g. design]

        ## Notes

        """);

    private static RuleResult Rule(string document, string name) => Assert.Single(HandoverRules.Check(Template, document), r => r.RuleName == name);

    [Fact]
    public void There_is_one_result_a_rule()
    {
        IReadOnlyList<RuleResult> results = HandoverRules.Check(Template, "## Goal\n\nShip it.\n\n## 2. current state\n\nDone.\n");

        Assert.Equal(["required-section-goal-one-sentence", "required-section-current-state", "no-placeholders-left"], results.Select(r => r.RuleName));
        Assert.Equal([RuleType.MandatorySection, RuleType.MandatorySection, RuleType.ValidationRule], results.Select(r => r.RuleType));
        Assert.All(results, r => Assert.Equal((RuleStatus.Passed, RuleSeverity.Error), (r.Status, r.Severity)));
        Assert.Equal([1, 5, null], results.Select(r => r.Line));
    }

    [Fact]
    public void Names_are_unique_when_headings_are_not()
    {
        HandoverTemplate twice = HandoverTemplate.Parse("x", "## A\n<!-- REQUIRED -->\n## A!\n<!-- REQUIRED -->\n## 🎯\n<!-- REQUIRED -->\n");

        Assert.Equal(["required-section-a", "required-section-a-2", "required-section-unnamed", "no-placeholders-left"],
            HandoverRules.Check(twice, "x").Select(r => r.RuleName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n \n")]
    [InlineData("<!-- nothing -->")]
    public void An_empty_document_fails_and_is_called_empty(string document)
    {
        RuleResult goal = Rule(document, "required-section-goal-one-sentence");

        Assert.Equal((RuleStatus.Failed, null), (goal.Status, goal.Line));
        Assert.StartsWith("The document is empty", goal.Message);
    }

    [Fact]
    public void An_empty_document_fails_a_template_that_requires_nothing_too()
    {
        HandoverTemplate free = HandoverTemplate.Parse("x", "# Notes\n");

        Assert.Contains(HandoverRules.Check(free, "# Notes"), r => r is { RuleName: "not-empty", Status: RuleStatus.Failed });
        Assert.All(HandoverRules.Check(free, "# Notes\n\nSome."), r => Assert.Equal(RuleStatus.Passed, r.Status));
    }

    [Fact]
    public void A_missing_section_names_the_nearest_heading()
    {
        RuleResult state = Rule("## Goal\n\nx\n\n## State of things, current\n\ny\n", "required-section-current-state");

        Assert.Equal((RuleStatus.Failed, null), (state.Status, state.Line));
        Assert.Contains("'## Current State'", state.Message);
        Assert.Contains("'State of things, current' (line 5)", state.Message);
    }

    [Theory]
    [InlineData("## Current Stat\n\nx", "Current Stat")]
    [InlineData("## Cats\n\nx", null)]
    public void The_nearest_heading_is_named_only_when_one_is_near(string document, string? near) =>
        Assert.Equal(near is not null, Rule(document, "required-section-current-state").Message.Contains($"rename '{near}'"));

    [Fact]
    public void An_empty_section_fails_with_its_line()
    {
        RuleResult state = Rule("## Goal\n\nx\n\n## Current state\n\n<!-- later -->\n\n## Notes\n\ny\n", "required-section-current-state");

        Assert.Equal((RuleStatus.Failed, 5), (state.Status, state.Line));
        Assert.Contains("is empty", state.Message);
    }

    [Fact]
    public void A_section_of_placeholders_fails_and_names_them()
    {
        RuleResult goal = Rule("intro\n\n## Goal\n\n- [ ] [What it is for]\n- {{why}}\n", "required-section-goal-one-sentence");

        Assert.Equal((RuleStatus.Failed, 3), (goal.Status, goal.Line));
        Assert.Contains("[What it is for] (line 5), {{why}} (line 6)", goal.Message);
    }

    [Fact]
    public void A_section_that_still_reads_as_in_the_template_fails_whatever_its_labels_say()
    {
        RuleResult state = Rule("## Current state\r\n<!-- REQUIRED -->\r\n\r\n**Phase**: [e.g. design]\r\n", "required-section-current-state");

        Assert.Equal(RuleStatus.Failed, state.Status);
        Assert.Contains("as in the template", state.Message);
    }

    [Fact]
    public void A_line_of_dashes_that_made_the_text_a_heading_is_pointed_out() =>
        Assert.Contains("line 3", Rule("## Goal\n\nShip it.\n---\n\n", "required-section-goal-one-sentence").Message);

    [Fact]
    public void One_written_section_of_two_with_the_heading_is_enough() =>
        Assert.Equal((RuleStatus.Passed, 3), Rule("## Goal\n\n## Goal\n\nx", "required-section-goal-one-sentence") is var r ? (r.Status, r.Line) : default);

    [Fact]
    public void The_first_five_placeholders_are_listed_with_their_lines()
    {
        RuleResult open = Rule(string.Join("\n\n", Enumerable.Range(1, 7).Select(i => $"[Prompt number {i}]")), "no-placeholders-left");

        Assert.Equal((RuleStatus.Failed, 1), (open.Status, open.Line));
        Assert.Contains("7 placeholders", open.Message);
        Assert.Contains("[Prompt number 5] (line 9) and 2 more", open.Message);
        Assert.DoesNotContain("number 6", open.Message);
    }

    [Fact]
    public void A_long_placeholder_is_shortened_in_the_message() =>
        Assert.True(Rule($"[{new string('a', 5000)}]", "no-placeholders-left").Message.Length < 400);

    [Fact]
    public void Enums_are_written_in_snake_case() =>
        Assert.Equal("\"mandatory_section\"", System.Text.Json.JsonSerializer.Serialize(RuleType.MandatorySection));
}
