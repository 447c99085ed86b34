using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class MarkdownHtmlTests
{
    [Theory]
    [InlineData("# Goal", "<h3>Goal</h3>\n")]
    [InlineData("###### Deep", "<h6>Deep</h6>\n")]
    [InlineData("---\ntitle: x\n---\ntext", "<p>text</p>\n")]
    [InlineData("[x] not a box", "<p>[x] not a box</p>\n")]
    [InlineData("- [x] done", "<span role=\"img\" aria-label=\"done\">☑</span> done</li>")]
    [InlineData("[w](https://a.test/?b=c&d)", "<p><a href=\"https://a.test/?b=c&amp;d\" rel=\"noopener noreferrer nofollow\">w</a></p>\n")]
    [InlineData("![alt](https://a.test/x.png)", "<p><a href=\"https://a.test/x.png\" rel=\"noopener noreferrer nofollow\">alt</a></p>\n")]
    [InlineData("[f](src/a.cs)", "<p>f (src/a.cs)</p>\n")]
    [InlineData("[j](javascript:x)", "<p>j (javascript:x)</p>\n")]
    [InlineData("[j](java&#115;cript:x)", "<p>j (javascript:x)</p>\n")]
    [InlineData("[d](data:text/html,x)", "<p>d (data:text/html,x)</p>\n")]
    [InlineData("[n](//evil.test)", "<p>n (//evil.test)</p>\n")]
    [InlineData("<javascript:x>", "<p>javascript:x</p>\n")]
    [InlineData("<mail@a.test>", "<p>mail@a.test</p>\n")]
    [InlineData("a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n")]
    [InlineData("<script>x</script>", "<p class=\"html\">&lt;script&gt;x&lt;/script&gt;\n</p>")]
    [InlineData("<!-- note <b> -->", "<p class=\"comment\">&lt;!-- note &lt;b&gt; --&gt;\n</p>")]
    [InlineData("```\"><script>\n<b>\n```", "&lt;b&gt;")]
    public void A_document_becomes_markup_that_is_safe(string markdown, string html) => Assert.Contains(html, MarkdownHtml.Render(markdown));

    [Fact]
    public void No_piece_of_markup_survives_in_any_place()
    {
        string[] places = ["{0}", "# {0}", "- {0}", "> {0}", "| {0} | b |\n|---|---|\n| {0} | {0} |", "[{0}](https://a.test)", "[a](<https://a.test/{0}>)", "[a](https://a.test \"{0}\")", "`{0}`", "```{0}\n{0}\n```",
            "![{0}](x)", "[r]\n\n[r]: https://a.test/{0} \"{0}\"", "<https://a.test/{0}>", "    {0}", "a<br {0}>", "**{0}**", "- [ ] {0}"];
        string[] attacks = ["<script>x</script>", "<img src=x onerror=x>", "\" onclick=x y=\"", "' onclick='x", "\\\" onclick=x", "javascript:x", "<a href=javascript:x>", "--><svg onload=x>", "&lt;script&gt;", "&#60;script&#62;", "`<b>`", "<\nscript>"];
        foreach (string place in places)
            foreach (string attack in attacks)
            {
                string html = MarkdownHtml.Render(place.Replace("{0}", attack));
                foreach (Match tag in Regex.Matches(html, "<[^>]*>"))
                    Assert.True(Regex.IsMatch(tag.Value, """^</?(p|h[3-6]|ul|ol|li|blockquote|table|thead|tbody|tr|t[hd]|strong|em|pre|br|hr|a|code|span)( (href="https?://[^"]*"|title="[^"]*"|rel="[^"]*"|class="[^"]*"|role="img"|aria-label="[^"]*"|start="\d+"))* ?/?>$"""),
                        $"{place} with {attack}: {tag.Value}");
            }
    }

    [Theory]
    [InlineData("|", 100_000)]
    [InlineData("| a ", 60_000)]
    [InlineData("| a |\n", 60_000)]
    [InlineData("[", 200_000)]
    [InlineData("<!--", 50_000)]
    [InlineData("<a ", 50_000)]
    [InlineData("- [ ] ", 50_000)]
    [InlineData("> ", 100_000)]
    [InlineData("[a](b", 50_000)]
    [InlineData("`|", 100_000)]
    public void What_is_made_to_be_slow_is_rendered_or_refused_in_time(string piece, int times)
    {
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            MarkdownHtml.Render(string.Concat(Enumerable.Repeat(piece, times)));
        }
        catch (AgentCraftException refusal)
        {
            Assert.Equal(ErrorCodes.InvalidText, refusal.Code);
        }
        // No measurement: what is quadratic takes minutes.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }
}
