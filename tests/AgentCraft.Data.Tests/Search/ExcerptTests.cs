using AgentCraft.Data.Search;

namespace AgentCraft.Data.Tests.Search;

public sealed class ExcerptTests
{
    [Theory]
    [InlineData("The parser is done.", "parser", "parser")]
    [InlineData("The Pärser parses parsers", "pars*", "Pärser|parses|parsers")]
    [InlineData("a b a b c", "\"a b\"", "a b|a b")]
    [InlineData("a a a", "\"a a\"", "a a|a a")]
    [InlineData("see src/a_b.ts!", "a_b.ts", "a_b.ts")]
    [InlineData("全文検索です", "検索", "検索")]
    [InlineData("<mark>x</mark> **x**", "x", "x|x")]
    [InlineData("🎉🎉 Lunch", "lunch", "Lunch")]
    [InlineData("cafe\u0301!", "cafe", "cafe\u0301")]
    public void What_was_searched_for_is_marked_apart_from_the_text(string text, string query, string marked)
    {
        Excerpt excerpt = Excerpt.Of(text, SearchQuery.Parse(query));
        Assert.Equal(text, excerpt.Text);
        Assert.Equal(marked, string.Join('|', excerpt.Matches.Select(match => excerpt.Text.Substring(match.Start, match.Length))));
    }

    [Fact]
    public void Of_a_long_text_the_piece_around_the_first_match_is_kept()
    {
        string text = $"{string.Concat(Enumerable.Repeat("🎉", 5000))} needle {string.Concat(Enumerable.Repeat("🎉", 5000))} needle";
        Excerpt excerpt = Excerpt.Of(text, SearchQuery.Parse("needle"));
        Assert.InRange(excerpt.Text.Length, 300, 320);
        TextMatch match = Assert.Single(excerpt.Matches);
        Assert.Equal("needle", excerpt.Text.Substring(match.Start, match.Length));
        Assert.False(char.IsLowSurrogate(excerpt.Text[0]) || char.IsHighSurrogate(excerpt.Text[^1]));
    }

    [Fact]
    public void A_match_that_goes_on_behind_the_piece_is_cut_with_it()
    {
        Excerpt excerpt = Excerpt.Of($"needle{new string('x', 1000)} more", SearchQuery.Parse("needle*"));
        Assert.Equal([new TextMatch(0, 320)], excerpt.Matches);
    }

    [Fact]
    public void Much_of_a_word_in_little_text_ranks_first_and_of_equals_the_newer()
    {
        SearchQuery query = SearchQuery.Parse("x");
        Assert.Equal([3, 4, 2, 1], Ranking.Order(
        [
            new() { Seq = 4, Text = "x y" }, new() { Seq = 3, Text = "x x" }, new() { Seq = 2, Text = "x y y y y y" }, new() { Seq = 1, Text = "x y y y y y" },
        ], query));
        Assert.Empty(Ranking.Order([], query));
    }
}
