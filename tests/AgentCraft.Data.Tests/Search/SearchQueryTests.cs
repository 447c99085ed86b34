using AgentCraft.Data.Search;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Search;

public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("parser done", "parser|done")]
    [InlineData("\"parser done\" x", "parser done|x")]
    [InlineData("a_b.ts", "a b ts")]
    [InlineData("pars*", "pars*")]
    [InlineData("\"the pars\"*", "the pars*")]
    [InlineData("get_agent*", "get agent*")]
    [InlineData("get_*", "get")]
    [InlineData("* x", "x")]
    [InlineData("a*b", "a b")]
    [InlineData("say\"hi there\"now", "say|hi there|now")]
    [InlineData("\"open ended", "open ended")]
    [InlineData("x \"\" \" \"", "x")]
    [InlineData("検索*", "検 索")]
    [InlineData("NOT a OR (b) NEAR/2 -c +d ^e f:g", "not|a|or|b|near 2|c|d|e|f g")]
    [InlineData("x x X", "x")]
    [InlineData("'; DROP TABLE messages; --", "drop|table|messages")]
    public void Words_phrases_and_prefixes_are_read_and_all_else_is_text(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', SearchQuery.Parse(text).Terms));

    [Theory]
    [InlineData("", ErrorCodes.InvalidArgument)]
    [InlineData(" \t\n", ErrorCodes.InvalidArgument)]
    [InlineData("🎉", ErrorCodes.InvalidArgument)]
    [InlineData("\"*\"", ErrorCodes.InvalidArgument)]
    [InlineData("a*", ErrorCodes.InvalidArgument)]
    [InlineData("a\0b", ErrorCodes.InvalidText)]
    public void What_cannot_be_searched_for_is_refused(string text, string code) =>
        Assert.Equal(code, Assert.Throws<AgentCraftException>(() => SearchQuery.Parse(text)).Code);

    [Fact]
    public void A_query_has_limits_of_its_own()
    {
        Assert.Equal(16, SearchQuery.Parse(Words(16)).Terms.Count);
        Assert.Contains("17 words or phrases", Assert.Throws<AgentCraftException>(() => SearchQuery.Parse(Words(17))).Message, StringComparison.Ordinal);
        Assert.Single(SearchQuery.Parse($"\"{Words(64)}\"").Terms);
        Assert.Contains("of 65 parts", Assert.Throws<AgentCraftException>(() => SearchQuery.Parse($"\"{Words(65)}\"")).Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.InvalidText, Assert.Throws<AgentCraftException>(() => SearchQuery.Parse("a\ud83cb")).Code);
        Assert.Equal(ErrorCodes.PayloadTooLarge, Assert.Throws<AgentCraftException>(() => SearchQuery.Parse(new string('x', 100_000))).Code);
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Range(1, count).Select(n => $"w{n}"));
}
