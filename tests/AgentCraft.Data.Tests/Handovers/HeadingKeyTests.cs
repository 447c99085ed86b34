using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class HeadingKeyTests
{
    [Theory]
    [InlineData("## 🎯 This Session Goal", "this session goal")]
    [InlineData("### 1. Goal:", "Goal")]
    [InlineData("1.2 Goal", "Goal")]
    [InlineData("(3) Goal", "Goal")]
    [InlineData("2 - Goal", "Goal")]
    [InlineData("b) Goal", "Goal")]
    [InlineData("1️⃣ Goal", "Goal")]
    [InlineData("⚠️ Critical Warnings & Known Issues", "critical warnings and known issues")]
    [InlineData("**Goal**", "goal")]
    [InlineData("GOAL!", "— goal —")]
    [InlineData("What's next?", "Whats next")]
    [InlineData("Ziele für Überleitung", "ZIELE FÜR ÜBERLEITUNG")]
    [InlineData("Files  to\tread", "Files to read")]
    [InlineData("MANDATORY READS (EVERY SESSION)", "Mandatory reads")]
    [InlineData("目标", "🎯 目标：")]
    [InlineData("U\u0308berleitung", "Überleitung")]
    [InlineData(":rocket: Goal :+1:", "Goal")]
    [InlineData("Goal {#the-goal .big}", "Goal")]
    [InlineData("[x] Goal", "Goal")]
    [InlineData("IV. Goal", "Goal")]
    [InlineData("🎯 Step 2: Goal", "Goal")]
    [InlineData("Ｇｏａｌ", "Goal")]
    public void Headings_that_a_reader_takes_for_the_same_are_the_same(string one, string other)
    {
        Assert.True(HeadingKey.Same(one, other));
        Assert.True(HeadingKey.Same(other, one));
    }

    [Theory]
    [InlineData("This Session Goal", "Next Session Goal")]
    [InlineData("Goal", "Goals")]
    [InlineData("3 open questions", "Open questions")]
    [InlineData("2025-08-11 notes", "Notes")]
    [InlineData("10:30 call", "Call")]
    [InlineData("Warnings (server)", "Warnings (client)")]
    [InlineData("(server)", "(client)")]
    [InlineData("Done (2) today", "Done")]
    [InlineData("🎯", "🚨")]
    [InlineData("A plan", "Plan")]
    [InlineData("IV", "Goal")]
    [InlineData("Step 2", "Step 3")]
    [InlineData("C. elegans", "I. elegant")]
    [InlineData("{#goal}", "{#aim}")]
    [InlineData("Ratio 3:4:5", "Ratio 3:5")]
    public void Headings_that_say_something_else_differ(string one, string other) => Assert.False(HeadingKey.Same(one, other));

    [Fact]
    public void A_heading_of_emoji_or_digits_only_keeps_a_key()
    {
        Assert.Equal("🎯", HeadingKey.Of("🎯").Full);
        Assert.Equal("1", HeadingKey.Of("## 1.").Full);
        Assert.Equal("", HeadingKey.Of("  ").Full);
    }

    [Fact]
    public void Half_a_surrogate_pair_does_no_harm() => Assert.True(HeadingKey.Same("Goal \uD83D", "goal"));
}
