using System.Diagnostics;

namespace AgentCraft.Data.Tests;

public sealed class TextTests
{
    private static readonly string[] Names = ["reviewer", "reviewer-2", "planner", "tester", "doc-checker", "a"];

    [Theory]
    [InlineData("reviwer", "reviewer")]
    [InlineData("REVIEWER", "reviewer")]
    [InlineData("erviewer", "reviewer")]
    [InlineData("planer", "planner")]
    [InlineData("doc-chekcer", "doc-checker")]
    [InlineData("doc_checker", "doc-checker")]
    public void The_nearest_name_comes_first(string typed, string meant) => Assert.Equal(meant, Text.Nearest(typed, Names)[0]);

    [Fact]
    public void What_resembles_nothing_suggests_nothing_and_there_are_three_at_most()
    {
        Assert.Empty(Text.Nearest("xxxxxxxxxxxxxxxx", Names));
        Assert.Equal("", Text.DidYouMean("xxxxxxxxxxxxxxxx", Names));
        Assert.Equal(["agent-1", "agent-2", "agent-3"], Text.Nearest("agent-0", Enumerable.Range(1, 9).Select(n => $"agent-{n}")));
        Assert.Equal("Did you mean 'planner'? ", Text.DidYouMean("plannr", Names));
        Assert.Empty(Text.Nearest("anything", []));
    }

    [Fact]
    public void A_name_of_a_megabyte_costs_no_more_than_any_other()
    {
        long start = Stopwatch.GetTimestamp(), before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Text.Nearest(new string('x', 1_000_000), Enumerable.Range(0, 1000).Select(n => $"some-agent-{n}")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2);
    }

    [Theory]
    [InlineData("emoji 😀, right-to-left \u200f, quotes '\"`, newline \n, tab \t, private \ue000, \ufffe")]
    [InlineData("")]
    public void Text_of_every_script_can_be_kept(string text) => Assert.Equal(text, Text.Storable(text, "content"));

    // Not a theory: a lone surrogate does not survive in an attribute.
    [Fact]
    public void Text_that_no_engine_can_keep_is_refused() => Assert.All(
        ["\0", "a\0b", "\ud83d", "\ude00", "a\ude00\ud83d", "\ud83d\ud83d\ude00"],
        text => Assert.Equal(ErrorCodes.InvalidText, Assert.Throws<AgentCraftException>(() => Text.Storable(text, "content")).Code));

    [Fact]
    public void The_limit_counts_bytes_and_is_inclusive()
    {
        Assert.Equal("ää", Text.Within("ää", "content", 4, "next"));
        AgentCraftException large = Assert.Throws<AgentCraftException>(() => Text.Within("ääx", "content", 4, "next"));
        Assert.Equal((ErrorCodes.PayloadTooLarge, "next"), (large.Code, large.Hint));
        Assert.Null(Text.Within(null, "content", 4, "next"));
    }
}
