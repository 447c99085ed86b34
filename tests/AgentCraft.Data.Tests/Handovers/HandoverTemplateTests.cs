using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class HandoverTemplateTests
{
    private const string Small = """
        # {{title}}

        ## 🎯 Goal
        <!-- REQUIRED: say it -->

        [What it is for]

        ### Details

        [More of it]

        ## Decisions
        <!-- why -->

        None recorded.

        ## Facts

        {{agents}}

        """;

    private static readonly Dictionary<string, string> Nothing = [];

    private static readonly Dictionary<string, string> AllFacts = new()
    {
        ["project"] = "shop",
        ["session"] = "session_1_a",
        ["title"] = "Payments",
        ["author"] = "reviewer",
        ["date"] = "2026-01-02T03:04:05.006Z",
        ["agents"] = "- builder\n- reviewer",
        ["unread_messages"] = "None.",
        ["metrics"] = "None.",
        ["recent_events"] = "None.",
        ["message_count"] = "12",
        ["usage"] = "0 tokens",
        ["open_tasks"] = "None.",
        ["claims"] = "None.",
        ["outputs"] = "None.",
        ["branch"] = "main",
        ["commit"] = "none yet",
        ["dirty_files"] = "None.",
        ["commits"] = "None.",
        ["todos"] = "None.",
    };

    private static string Fill(string template, Dictionary<string, string>? facts = null, Dictionary<string, string>? sections = null) =>
        HandoverTemplate.Parse("small", template.ReplaceLineEndings("\n")).Fill(facts ?? Nothing, sections ?? Nothing);

    [Fact]
    public void Required_are_the_sections_whose_own_text_has_the_word_in_a_comment()
    {
        HandoverTemplate template = HandoverTemplate.Parse("x", """
            # Title
            ## A
            <!-- DO NOT REMOVE - REQUIRED SECTION -->
            ## B <!-- REQUIRED -->
            ## C
            ### D
            text <!-- REQUIRED --> text
            ## E
            REQUIRED, and <!-- required --> and <!-- UNREQUIRED --> and `<!-- REQUIRED -->`
            ## F
            <!--
            REQUIRED
            -->
            """);

        Assert.Equal(["A", "B", "D", "F"], template.RequiredSections);
    }

    [Fact]
    public void Facts_replace_their_names_and_unknown_names_stay() =>
        Assert.Equal("# x\n\nx {{other}} `{{a}}` <!-- {{a}} --> [z](u/x)\n",
            Fill("# {{a}}\n\n{{ a }} {{other}} `{{a}}` <!-- {{a}} --> [z](u/{{a}})\n", new() { ["a"] = "x" }));

    [Fact]
    public void A_fact_is_inserted_as_it_is_and_never_read_again() =>
        Assert.Equal("{{b}} [Say it] $& \r\n# x / {{a}}\n", Fill("{{a}} / {{b}}\n", new() { ["a"] = "{{b}} [Say it] $& \r\n# x", ["b"] = "{{a}}" }));

    [Fact]
    public void A_section_replaces_what_stands_under_its_heading_and_keeps_heading_and_mark()
    {
        string document = Fill(Small, sections: new() { ["goal"] = "\n\nShip it.\n\n#### How\n\nSoon.\n\n" });

        Assert.Contains("## 🎯 Goal\n<!-- REQUIRED: say it -->\n\nShip it.\n\n#### How\n\nSoon.\n\n## Decisions\n<!-- why -->\n\nNone recorded.\n", document);
        Assert.DoesNotContain("Details", document);
        Assert.DoesNotContain("[", document);
    }

    [Fact]
    public void A_section_is_never_read_for_names_to_fill() =>
        Assert.Contains("see {{agents}}", Fill(Small, new() { ["agents"] = "all" }, new() { ["Goal"] = "see {{agents}}" }));

    [Fact]
    public void Filling_follows_the_template_whatever_the_order_of_the_sections()
    {
        string one = Fill(Small, sections: new() { ["Decisions"] = "d", ["Goal"] = "g", ["Extra"] = "e" });
        string other = Fill(Small, sections: new() { ["Extra"] = "e", ["Goal"] = "g", ["Decisions"] = "d" });

        Assert.Equal(one, other);
        Assert.True(one.IndexOf("\ng\n", StringComparison.Ordinal) < one.IndexOf("\nd\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_section_that_the_template_lacks_comes_at_the_end() =>
        Assert.EndsWith("{{agents}}\n\n## Notes on X\n\n- one\n- two\n\n## Last\n\nend\n",
            Fill(Small, sections: new() { ["## Notes\n on X"] = "- one\n- two", ["Last"] = "end" }));

    [Fact]
    public void Only_a_new_section_makes_a_document_of_an_empty_template() =>
        Assert.Equal("## Goal\n\nShip\n", Fill("", sections: new() { ["Goal"] = "Ship" }));

    [Theory]
    [InlineData("# A\n\n```\ncode")]
    [InlineData("# A\n\n<!-- never closed")]
    public void A_new_section_is_not_swallowed_by_what_the_template_leaves_open(string template) =>
        Assert.NotNull(MarkdownOutline.Parse(Fill(template, sections: new() { ["New"] = "x" })).Find("New"));

    [Fact]
    public void Blank_text_leaves_what_the_template_says() =>
        Assert.Equal(Small.ReplaceLineEndings("\n"), Fill(Small, sections: new() { ["Goal"] = " \n", ["Decisions"] = "", ["New"] = "" }));

    [Fact]
    public void A_section_of_a_replaced_section_comes_at_the_end() =>
        Assert.EndsWith("## Details\n\nfine print\n", Fill(Small, sections: new() { ["Goal"] = "g", ["Details"] = "fine print" }));

    [Fact]
    public void The_title_gets_its_own_text_and_the_required_sections_stay()
    {
        string document = Fill(Small, new() { ["title"] = "Payments" }, new() { ["{{title}}"] = "In short." });

        Assert.StartsWith("# Payments\n\nIn short.\n\n## 🎯 Goal\n<!-- REQUIRED", document);
    }

    [Theory]
    [InlineData("## Goal\n\nShip it.")]
    [InlineData("# 🎯 goal:\nShip it.")]
    [InlineData("Goal\n====\n\nShip it.")]
    public void A_repeated_heading_is_left_out(string markdown) =>
        Assert.Contains("say it -->\n\nShip it.\n\n## Decisions", Fill(Small, sections: new() { ["Goal"] = markdown }));

    [Fact]
    public void Headings_are_moved_below_the_section() =>
        Assert.Contains("\n\nx\n\n### One\n\n```\n# code\n```\n\n#### Two\n\n> # quoted\n\n### Three\n\ny\n\n## Decisions",
            Fill(Small, sections: new() { ["Goal"] = "x\n\n# One\n\n```\n# code\n```\n\n## Two\n\n> # quoted\n\nThree\n===\n\ny" }));

    [Fact]
    public void A_rule_of_dashes_under_text_does_not_end_the_section()
    {
        string document = Fill(Small, sections: new() { ["Goal"] = "---\nShip it.\n---\nSoon." });

        Assert.EndsWith("---\n### Ship it.\nSoon.", MarkdownOutline.Parse(document).Find("Goal")!.Body);
    }

    [Theory]
    [InlineData("```\ncode")]
    [InlineData("~~~~ x\ncode\n~~~")]
    [InlineData("text\n\n<!-- note")]
    [InlineData("<pre>\nx")]
    [InlineData("<?php")]
    [InlineData("- a\n  ```\n  code")]
    [InlineData("> ```\n> code")]
    public void What_is_left_open_is_closed_at_the_end_of_the_section(string markdown)
    {
        MarkdownOutline outline = MarkdownOutline.Parse(Fill(Small, sections: new() { ["Goal"] = markdown }));

        Assert.NotNull(outline.Find("Decisions"));
        Assert.NotNull(outline.Find("Facts"));
    }

    [Fact]
    public void Indented_code_at_the_start_of_a_section_stays_code() =>
        Assert.Contains("-->\n\n    code\n    more\n\n## Dec", Fill(Small, sections: new() { ["Goal"] = "\n  \n    code\n    more\n" }));

    [Fact]
    public void Filling_again_changes_nothing()
    {
        Dictionary<string, string> sections = new() { ["goal"] = "# G\n\n```\nopen", ["Decisions"] = "d\n\n- x\n", ["🎯 New one"] = "## n\n\nm" };
        foreach (string lineEnd in new[] { "\n", "\r\n" })
        {
            string once = HandoverTemplate.Parse("a", Small.ReplaceLineEndings(lineEnd)).Fill(AllFacts, sections);
            Assert.Equal(once, HandoverTemplate.Parse("b", once).Fill(AllFacts, sections));
        }
    }

    [Fact]
    public void The_template_decides_the_line_ends_of_sections()
    {
        string document = HandoverTemplate.Parse("x", Small.ReplaceLineEndings("\r\n"))
            .Fill(Nothing, new Dictionary<string, string> { ["Goal"] = "a\nb\r\nc", ["New"] = "d\ne" });

        Assert.Equal(document.ReplaceLineEndings("\r\n"), document);
        Assert.Contains("a\r\nb\r\nc\r\n\r\n## Decisions", document);
    }

    [Theory]
    [InlineData("Goal", "🎯 goal:")]
    [InlineData("New", "## new")]
    public void Two_texts_for_one_section_are_refused(string one, string other) =>
        Assert.Equal(ErrorCodes.InvalidArgument, Assert.Throws<AgentCraftException>(() => Fill(Small, sections: new() { [one] = "a", [other] = "b" })).Code);

    [Theory]
    [InlineData("")]
    [InlineData(" # \n")]
    public void A_blank_heading_is_refused(string heading) =>
        Assert.Equal(ErrorCodes.InvalidArgument, Assert.Throws<AgentCraftException>(() => Fill(Small, sections: new() { [heading] = "a" })).Code);

    [Theory]
    [InlineData("plain words", "plain words", "plain words")]
    [InlineData("say \"x\": y", "\"say \\\"x\\\": y\"", "say \\\"x\\\": y")]
    [InlineData("a\n---\nevil: 1", "\"a\\n---\\nevil: 1\"", "a\\n---\\nevil: 1")]
    [InlineData("true", "\"true\"", "true")]
    [InlineData("", "\"\"", "")]
    [InlineData("C:\\temp", "\"C:\\\\temp\"", "C:\\\\temp")]
    [InlineData("\\[WIP\\] x", "\"[WIP] x\"", "[WIP] x")]
    [InlineData("{{x}}", "\"{\\x7Bx}}\"", "{\\x7Bx}}")]
    public void Front_matter_stays_YAML_whatever_a_fact_says(string fact, string bare, string quoted)
    {
        string document = Fill("---\na: {{t}}\nb: \"{{t}}\"\n---\n\n{{t}}\n", new() { ["t"] = fact });

        Assert.Equal($"---\na: {bare}\nb: \"{quoted}\"\n---\n\n{fact}\n", document);
    }

    [Fact]
    public void The_standard_template_ships_with_the_program()
    {
        HandoverTemplate standard = HandoverTemplate.Embedded("standard");

        Assert.Contains("standard", HandoverTemplate.EmbeddedNames);
        Assert.Equal(["Goal", "Current state", "Next steps"], standard.RequiredSections);
        Assert.NotNull(standard.Outline.FrontMatter);
    }

    [Fact]
    public void The_standard_template_passes_with_its_required_sections_only()
    {
        HandoverTemplate standard = HandoverTemplate.Embedded("standard");
        string document = standard.Fill(AllFacts, new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "c", ["Next steps"] = "n" });

        Assert.All(HandoverRules.Check(standard, document), rule => Assert.Equal(RuleStatus.Passed, rule.Status));
        Assert.DoesNotContain("{{", document);
    }

    [Fact]
    public void The_standard_template_unwritten_fails_each_required_section()
    {
        HandoverTemplate standard = HandoverTemplate.Embedded("standard");

        Assert.All(HandoverRules.Check(standard, standard.Fill(AllFacts, Nothing)), rule => Assert.Equal(RuleStatus.Failed, rule.Status));
    }

    [Theory]
    [InlineData("standart")]
    [InlineData("Standard")]
    [InlineData("../standard")]
    [InlineData("")]
    public void An_unknown_template_names_those_that_there_are(string name)
    {
        AgentCraftException error = Assert.Throws<AgentCraftException>(() => HandoverTemplate.Embedded(name));

        Assert.Equal(ErrorCodes.NotFound, error.Code);
        Assert.Contains("standard", error.Hint);
    }
}
