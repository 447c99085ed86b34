using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class MarkdownLiteralTests
{
    [Theory]
    [InlineData("plain words, 3.5 of my_name!", "plain words, 3.5 of my_name!")]
    [InlineData("[Say it] {{x}}", "\\[Say it\\] \\{\\{x\\}\\}")]
    [InlineData("a\r\n# b", "a # b")]
    [InlineData("# b", "\\# b")]
    [InlineData("1. b", "1\\. b")]
    [InlineData("<!-- &amp; c:\\x", "\\<!-- \\&amp; c:\\\\x")]
    public void Text_is_escaped_only_where_it_would_be_markup(string text, string expected) => Assert.Equal(expected, MarkdownLiteral.Of(text));

    [Fact]
    public void Long_text_is_cut_with_an_ellipsis_and_never_inside_a_character()
    {
        Assert.Equal("abc…", MarkdownLiteral.Of("abcdef", 3));
        Assert.Equal("ab…", MarkdownLiteral.Of("ab🎯cd", 3));
    }

    [Theory]
    [InlineData("# Goal")]
    [InlineData("[Say it]: x")]
    [InlineData("{{{{x}}}}")]
    [InlineData("<!-- x")]
    [InlineData("```")]
    [InlineData("~~~ [Say it]")]
    [InlineData("> - 1) [Say it] `")]
    [InlineData("+ *a* _b_ **c")]
    [InlineData("&lt;b&gt; &#91;Say it&#93;")]
    [InlineData("===")]
    public void Nothing_but_text_comes_out_of_it(string text)
    {
        foreach (string before in new[] { "", "- ", "text\n", "Before: " })
        {
            MarkdownOutline outline = MarkdownOutline.Parse($"{before}{MarkdownLiteral.Of(text)}\n\n# End {MarkdownLiteral.Of(text)}");
            OutlineSection end = Assert.Single(outline.Sections);
            Assert.Equal("End " + text, end.Heading);
            Assert.Empty(outline.Placeholders);
        }
    }
}
