using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>Changing a document that was made from a template.</summary>
public sealed class RevisionTests
{
    private const string Document = "---\ntitle: \"{{title}}\"\n---\n\n# {{title}}\n\n## Goal\n<!-- REQUIRED -->\n\n[What it is for]\n\n## Task: [Name of it]\n\n- [ ] [First step]\n- [ ] [First step]\n";

    private static string Revise(Dictionary<string, string> fill, Dictionary<string, string>? sections = null) =>
        HandoverTemplate.Parse("x", Document).Revise(fill, sections ?? []);

    [Fact]
    public void Placeholders_of_either_kind_are_filled_wherever_they_stand()
    {
        string revised = Revise(new() { ["title"] = "A \"b\"", ["[What it is for]"] = "To ship.", ["name of it"] = "One\nline", ["First step"] = "Run it" });
        Assert.Equal("---\ntitle: \"A \\\"b\\\"\"\n---\n\n# A \"b\"\n\n## Goal\n<!-- REQUIRED -->\n\nTo ship.\n\n## Task: One line\n\n- [ ] Run it\n- [ ] Run it\n", revised);
        Assert.Empty(MarkdownOutline.Parse(revised).Placeholders);
    }

    [Fact]
    public void What_is_filled_in_can_end_neither_its_section_nor_the_document()
    {
        string revised = Revise(new() { ["What it is for"] = "# Big\n\n## Goal 2\n\n```\nopen" });
        Assert.Equal(["{{title}}", "Goal", "Big", "Goal 2", "Task: [Name of it]"], MarkdownOutline.Parse(revised).Sections.Select(section => section.Heading));
        Assert.Equal([1, 2, 3, 4, 2], MarkdownOutline.Parse(revised).Sections.Select(section => section.Level));
    }

    [Fact]
    public void A_section_that_is_replaced_takes_its_placeholders_along()
    {
        string revised = Revise(new() { ["What it is for"] = "lost" }, new() { ["goal"] = "Kept.", ["New"] = "Added." });
        Assert.Contains("## Goal\n<!-- REQUIRED -->\n\nKept.\n\n## Task", revised, StringComparison.Ordinal);
        Assert.EndsWith("\n## New\n\nAdded.\n", revised, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", revised, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Frist step", "Did you mean 'First step'?")]
    [InlineData("nothing like it at all", "Open: {{title}}, [What it is for]")]
    public void A_placeholder_that_is_not_open_is_told_those_that_are(string place, string hint)
    {
        AgentCraftException unknown = Assert.Throws<AgentCraftException>(() => Revise(new() { [place] = "x" }));
        Assert.Equal(ErrorCodes.NotFound, unknown.Code);
        Assert.Contains(hint, unknown.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void One_placeholder_cannot_be_filled_with_two_texts() =>
        Assert.Equal(ErrorCodes.InvalidArgument, Assert.Throws<AgentCraftException>(() => Revise(new() { ["title"] = "a", ["{{ title }}"] = "b" })).Code);
}
