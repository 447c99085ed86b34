using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Tests.Dashboard;

public sealed class MarkupTests
{
    [Fact]
    public void Text_that_is_put_in_is_never_markup()
    {
        foreach (string attack in Attacks.All)
        {
            string html = Html.Of($"<p title=\"{attack}\" class='{attack}'>{attack}</p>").ToString();
            Assert.Empty(PageTags.Strange(html));
            Assert.Equal(1, html.Count("<p "));
        }
    }

    [Fact]
    public void Markup_goes_in_as_it_is_and_only_once_encoded()
    {
        Html inner = Html.Of($"<b>{"a & b"}</b>");
        Assert.Equal("<p><b>a &amp; b</b>12</p>", Html.Of($"<p>{inner}{12}</p>").ToString());
    }

    [Fact]
    public void An_attribute_without_quotes_and_an_address_from_text_are_refused()
    {
        string text = "x";
        Assert.Throws<InvalidOperationException>(() => Html.Of($"<p class={text}>"));
        foreach (string attribute in new[] { "href", "src", "action" })
            Assert.Throws<InvalidOperationException>(() => attribute switch
            {
                "href" => Html.Of($"<a href=\"{text}\">"),
                "src" => Html.Of($"<script src=\"{text}\">"),
                _ => Html.Of($"<form action=\"{text}\">"),
            });
    }

    [Fact]
    public void A_link_never_leads_elsewhere()
    {
        string part = "//evil.test/?a=b#c\"<>";
        Assert.Equal("/agents/%2F%2Fevil.test%2F%3Fa%3Db%23c%22%3C%3E", Link.To($"/agents/{part}").ToString());
        Assert.Equal("/search?q=a%26b%3D%2F&in=x", Link.To($"/search").With("q", "a&b=/").With("none", null).With("in", "x").ToString());
        Assert.Throws<InvalidOperationException>(() => Link.To($"//evil.test/"));
        Assert.Throws<InvalidOperationException>(() => Link.To($"javascript:x"));
        Assert.Throws<InvalidOperationException>(() => Link.To($"{part}"));
    }

    [Fact]
    public void What_nobody_sees_is_shown_by_its_number()
    {
        string text = "a\u202Eb\u200Bc\U000E0041";
        Assert.Equal("<p title=\"a\\u{202E}b\\u{200B}c\\u{E0041}\">a<span class=\"hidden-char\">\\u{202E}</span>b<span class=\"hidden-char\">\\u{200B}</span>c<span class=\"hidden-char\">\\u{E0041}</span></p>",
            Html.Of($"<p title=\"{text}\">{text}</p>").ToString());
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1,023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5L * 1024 * 1024 * 1024, "5 GiB")]
    public void Sizes_are_told_in_their_unit(long bytes, string told) => Assert.Equal(told, Parts.Bytes(bytes));
}

file static class Counting
{
    public static int Count(this string text, string piece) => text.Split(piece).Length - 1;
}
