using AgentCraft.Data.Agents;

namespace AgentCraft.Data.Tests.Agents;

public sealed class AgentNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("code-reviewer")]
    [InlineData("Code.Reviewer_2")]
    [InlineData("a..b")]
    [InlineData("agent")]
    [InlineData("agents_1")]
    [InlineData("console")]
    [InlineData("com10")]
    [InlineData("a--")]
    public void Names_that_keep_the_rules_are_kept_as_given(string name) => Assert.Equal(name, AgentName.Parse(name).Value);

    [Fact]
    public void Sixty_four_characters_are_the_most()
    {
        Assert.Equal(64, AgentName.Parse(new string('a', 64)).Value.Length);
        AssertRefused(new string('a', 65));
        AssertRefused(new string('a', 1_000_000));
    }

    [Fact]
    public void Names_that_differ_in_case_have_one_key() => Assert.Equal(AgentName.Parse("Reviewer").Key, AgentName.Parse("rEVIEWER").Key);

    public static TheoryData<string> Refused =>
    [
        // Empty, blank, control.
        "", " ", "a b", "\t", "a\n", "a\0b", "\0",
        // First character.
        "-a", "_a", ".a",
        // Paths.
        ".", "..", "../a", "a/../b", "a/b", "a\\b", "..\\a", "/etc/passwd", "C:", "C:\\x", "a:b", "~", "~root", "a%2fb", "%2e%2e", "file://x", "\\\\host\\share",
        // What Windows cuts off or takes for a device.
        "a.", "a..", "con", "CON", "con.txt", "Nul", "nul.tar.gz", "aux", "prn", "com1", "COM9", "lpt1.log", "com0",
        // Ids begin so.
        "agent_", "agent_x", "AGENT_x_1763700000000",
        // Look-alikes: Cyrillic a, full-width A, Arabic digit, superscript, fraction slash, one-dot leader, combining, joiner, right-to-left, emoji, half a pair.
        "\u0430dmin", "\uff21gent", "\u0661", "com\u00b9", "a\u2044b", "a\u2024b", "e\u0301", "a\u200db", "a\u202eb", "\U0001f600", "a\ud83d", "ß", "İ", "K\u212a",
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Names_that_break_a_rule_are_refused_with_the_rule(string name) => AssertRefused(name);

    private static void AssertRefused(string name)
    {
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => AgentName.Parse(name));
        Assert.Equal(ErrorCodes.InvalidName, refusal.Code);
        Assert.InRange(refusal.Message.Length, 10, 120);
        Assert.NotNull(refusal.Hint);
    }
}
