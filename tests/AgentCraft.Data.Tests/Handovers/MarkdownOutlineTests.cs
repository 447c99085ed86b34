using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class MarkdownOutlineTests
{
    [Fact]
    public void Sections_come_in_order_with_heading_level_line_and_text()
    {
        MarkdownOutline outline = MarkdownOutline.Parse("# Title\n\nintro\n\n## One\n\nfirst\n\n### Sub *x*\n\nsecond\n\n## Two ##\nthird\n");

        Assert.Equal(["Title", "One", "Sub x", "Two"], outline.Sections.Select(s => s.Heading));
        Assert.Equal([1, 2, 3, 2], outline.Sections.Select(s => s.Level));
        Assert.Equal([1, 5, 9, 13], outline.Sections.Select(s => s.Line));
        Assert.Equal("first\n\n### Sub *x*\n\nsecond", outline.Sections[1].Body);
        Assert.Equal("first", outline.Sections[1].OwnText);
        Assert.Equal("third", outline.Sections[3].Body);
        Assert.StartsWith("intro", outline.Sections[0].Body);
        Assert.EndsWith("third", outline.Sections[0].Body);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Every_line_end_of_Markdown_counts_lines_alike(string lineEnd)
    {
        MarkdownOutline outline = MarkdownOutline.Parse("---\ntitle: x\n---\n\n# A\n\n[Say it]\n\nB\n---\ntext\n".Replace("\n", lineEnd));

        Assert.Equal([("A", 5, 1), ("B", 9, 2)], outline.Sections.Select(s => (s.Heading, s.Line, s.Level)));
        Assert.Equal(new Placeholder("[Say it]", 7), Assert.Single(outline.Placeholders));
        Assert.Equal("text", outline.Sections[1].Body);
        Assert.Equal("title: x", outline.FrontMatter);
    }

    [Fact]
    public void Front_matter_is_apart_from_the_body()
    {
        MarkdownOutline outline = MarkdownOutline.Parse("---\ntitle: x\ntags: [a b, c]\nlist:\n  - y\n---\n\n# Goal\n");

        Assert.Equal("title: x\ntags: [a b, c]\nlist:\n  - y", outline.FrontMatter);
        Assert.Equal("# Goal\n", outline.Body);
        Assert.Empty(outline.Placeholders);
    }

    [Fact]
    public void A_byte_order_mark_hides_no_front_matter() =>
        Assert.Equal("title: x", MarkdownOutline.Parse("\uFEFF---\ntitle: x\n---\ntext").FrontMatter);

    [Fact]
    public void Dashes_that_never_close_are_no_front_matter()
    {
        MarkdownOutline outline = MarkdownOutline.Parse("---\n\n# Goal\n\ntext\n");

        Assert.Null(outline.FrontMatter);
        Assert.True(outline.Find("goal")!.HasContent);
    }

    [Theory]
    [InlineData("> ## Goal\n>\n> text")]
    [InlineData("- ## Goal\n  text")]
    [InlineData("```\n## Goal\ntext\n```")]
    [InlineData("    ## Goal\n    text")]
    [InlineData("<!--\n## Goal\ntext\n-->")]
    [InlineData("<!-- never closed\n\n## Goal\ntext")]
    [InlineData("#Goal\ntext")]
    [InlineData("\\## Goal\ntext")]
    public void A_heading_in_a_quote_list_code_or_comment_begins_no_section(string markdown) =>
        Assert.Null(MarkdownOutline.Parse(markdown).Find("Goal"));

    [Theory]
    [InlineData("")]
    [InlineData("<!-- write here -->")]
    [InlineData("text <!-- x --> [Say it]", true)]
    [InlineData("<!-- a --> <!-- b -->")]
    [InlineData("<!-- a --> but this", true)]
    [InlineData("<!-- a\n\nb -->\n\n[Say it]")]
    [InlineData("[Say it]")]
    [InlineData("- [ ] [Say it]\n- [ ]")]
    [InlineData("1. **[Say it]**: {{name}} → [Do it]")]
    [InlineData("[Say **it** with `code` in it]")]
    [InlineData("### Sub\n\n#### Sub of it")]
    [InlineData("### Sub\n\ntext", true)]
    [InlineData("---\n\n***")]
    [InlineData("...")]
    [InlineData("✅")]
    [InlineData("&nbsp;")]
    [InlineData("<br>\n<div>\n</div>")]
    [InlineData("<div>\ntext\n</div>", true)]
    [InlineData("```\n```")]
    [InlineData("```\n\n\n```")]
    [InlineData("```\n[Say it]\n```", true)]
    [InlineData("    code", true)]
    [InlineData("`=>`", true)]
    [InlineData("![](plan.png)", true)]
    [InlineData("[a](b)", true)]
    [InlineData("> quoted", true)]
    [InlineData("None.", true)]
    [InlineData("7", true)]
    [InlineData("目标", true)]
    [InlineData("| a |\n|---|\n| b |", true)]
    public void Content_is_what_somebody_wrote(string body, bool expected = false) =>
        Assert.Equal(expected, MarkdownOutline.Parse($"## Goal\n\n{body}\n\n## Next\n\ntext").Find("Goal")!.HasContent);

    [Fact]
    public void Content_counts_for_the_sections_around_it_and_no_other()
    {
        MarkdownOutline outline = MarkdownOutline.Parse("# T\n## A\n### B\ntext\n## C\n# U");

        Assert.Equal([true, true, true, false, false], outline.Sections.Select(s => s.HasContent));
    }

    [Fact]
    public void Exact_words_win_over_a_remark_in_parentheses()
    {
        MarkdownOutline outline = MarkdownOutline.Parse("## Reads (always)\n\na\n\n## Reads\n\nb\n\n## Reads (new)\n\nc");

        Assert.Equal("b", outline.Find("reads")!.Body);
        Assert.Equal("c", outline.Find("reads (new)")!.Body);
        Assert.Equal("b", outline.Find("reads (old)")!.Body);
        Assert.Single(outline.FindAll("Reads"));
        Assert.Null(outline.Find("Goal"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n\r\n\t")]
    [InlineData("\uFEFF")]
    [InlineData("just text")]
    [InlineData("#")]
    [InlineData("---")]
    [InlineData("---\n---")]
    [InlineData("\0")]
    [InlineData("\uD83D # x \uDE00")]
    public void Any_text_is_a_document(string markdown) => Assert.NotNull(MarkdownOutline.Parse(markdown).Sections);
}
