using AgentCraft.Data.Search;

namespace AgentCraft.Data.Tests.Search;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("Hello, World!", "hello|world")]
    [InlineData("src/AgentCraft.Data/a_b.ts", "src|agentcraft|data|a|b|ts")]
    [InlineData("Crème BRÛLÉE", "creme|brulee")]
    [InlineData("Cre\u0300me bru\u0302le\u0301e", "creme|brulee")]
    [InlineData("ΌΣΟΣ όσος", "οσοσ|οσοσ")]
    [InlineData("Ёлка ёлка Й", "елка|елка|и")]
    [InlineData("ＡＢＣ１２", "abc12")]
    [InlineData("検索テスト ok", "検|索|テ|ス|ト|ok")]
    [InlineData("\U00020000x", "\U00020000|x")]
    [InlineData("한국어 검색", "한국어|검색")]
    [InlineData("क्या हिन्दी", "क्या|हिन्दी")]
    [InlineData("naïve\u00ADté a\u200Bb", "naivete|ab")]
    [InlineData("🎉 1️⃣ a🎉b", "1|a|b")]
    [InlineData("\u0301\u0301", "")]
    [InlineData("don't x² ½", "don|t|x²|½")]
    [InlineData("\U0001D54F\U00010400", "\U0001D54F\U00010428")]
    [InlineData("", "")]
    public void Text_is_cut_into_folded_words(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Tokenizer.Split(text).Select(token => token.Text)));

    [Fact]
    public void A_token_says_where_it_was_in_code_units()
    {
        const string Text = "🎉 Cre\u0300me_検x\u0301";
        Assert.Equal(["Cre\u0300me", "検", "x\u0301"], Tokenizer.Split(Text).Select(token => Text.Substring(token.Start, token.Length)));
    }

    [Fact]
    public void A_run_without_end_costs_one_bounded_token()
    {
        Token token = Assert.Single(Tokenizer.Split(new string('a', 1_000_000)));
        Assert.Equal((Tokenizer.LongestToken, 1_000_000), (token.Text.Length, token.Length));
        Assert.All(Tokenizer.Split(string.Concat(Enumerable.Repeat("\U0001D54F", 1000))), t => Assert.InRange(t.Text.Length, 1, Tokenizer.LongestToken));
    }

    [Fact]
    public void Every_character_there_is_makes_tokens_without_blanks_quotes_and_backslashes()
    {
        for (int code = 0; code <= 0x10FFFF; code++)
            if (code is < 0xD800 or > 0xDFFF)
                foreach (Token token in Tokenizer.Split($"a{char.ConvertFromUtf32(code)}b"))
                    Assert.False(token.Text.Length == 0 || token.Text.IndexOfAny([' ', '"', '\'', '\\', ':', '*', '\0', '\n']) >= 0, $"U+{code:X}");
        Assert.Equal(["a", "b"], Tokenizer.Split("a\ud83cb").Select(token => token.Text));
    }
}
