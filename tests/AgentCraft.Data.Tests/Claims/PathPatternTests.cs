using System.Diagnostics;
using AgentCraft.Data.Claims;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Claims;

public sealed class PathPatternTests(ITestOutputHelper output)
{
    private static readonly int Pairs = Quantity.Of(1000, 4000);

    [Theory]
    [InlineData("src/**", "src/a.ts", true)]
    [InlineData("src/**", "src/a/b/c.ts", true)]
    [InlineData("src/**", "src", false)]
    [InlineData("src/**", "srcs/a", false)]
    [InlineData("src/", "src/a/b", true)]
    [InlineData("src/", "src", false)]
    [InlineData("*.ts", "src/*.ts", false)]
    [InlineData("**/*.ts", "src/*.ts", true)]
    [InlineData("**/*.ts", "a.ts", true)]
    [InlineData("**/a/**", "a/b", true)]
    [InlineData("**/a/**", "a", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/b/c", false)]
    [InlineData("a**b", "a/b", false)]
    [InlineData("a**b", "axxb", true)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("*/**", "a", false)]
    [InlineData("src/*.ts", "src/*.js", false)]
    [InlineData("src/a*", "src/*b", true)]
    [InlineData("src/a*c", "src/ab*", true)]
    [InlineData("?.ts", "ab.ts", false)]
    [InlineData("?.ts", "é.ts", true)]
    [InlineData("?.ts", "🎉.ts", true)]
    [InlineData("a?b", "a/b", false)]
    [InlineData("{src,test}/**", "test/a", true)]
    [InlineData("{src,test}/**", "docs/a", false)]
    [InlineData("*.{ts,tsx}", "a.tsx", true)]
    [InlineData("*.{ts,js{,x}}", "a.jsx", true)]
    [InlineData("*.{ts,js{,x}}", "a.jsy", false)]
    [InlineData("{a/b,c}/d", "a/b/d", true)]
    [InlineData("{**,x}/b", "b", true)]
    [InlineData("{**,x}/b", "q/r/b", true)]
    [InlineData("a{,/**}", "a", true)]
    [InlineData("a{,/**}", "a/b", true)]
    [InlineData("a/{,x/}b", "a/b", true)]
    [InlineData("{a}", "a", true)]
    [InlineData("a,b", "a,b", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[!a]x", "[!b]x", true)]
    [InlineData("[!a]b", "/b", null)]
    [InlineData("a[!b]c", "a/c", false)]
    [InlineData("[]a]", "\\]", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[ac]", "[bd]", false)]
    [InlineData("src/A.ts", "src/a.ts", false)]
    [InlineData("\\*.ts", "a.ts", false)]
    [InlineData("\\*.ts", "\\*.ts", true)]
    [InlineData("\\{a,b\\}", "a", false)]
    [InlineData("[\\]]", "\\]", true)]
    [InlineData("./src//a/./b", "src/a/b", true)]
    [InlineData(".", "a/b", true)]
    [InlineData(".*", "*", true)]
    [InlineData("..a", "..?", true)]
    [InlineData("a/*/b", "a/b", false)]
    [InlineData("a/*", "a/b/c", false)]
    [InlineData("a/{*,x}/b", "a/b", false)]
    [InlineData("**/", "a", true)]
    [InlineData("...", "???", true)]
    public void Two_patterns_overlap_when_some_path_matches_both(string a, string b, bool? overlap)
    {
        if (overlap is null)
        {
            Assert.Throws<AgentCraftException>(() => PathPattern.Parse(b));
            return;
        }
        Assert.Equal(overlap, PathPattern.Parse(a).Overlaps(PathPattern.Parse(b)));
        Assert.Equal(overlap, PathPattern.Parse(b).Overlaps(PathPattern.Parse(a)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("/etc/passwd")]
    [InlineData("//server/share")]
    [InlineData("~/x")]
    [InlineData("C:/x")]
    [InlineData("c:x")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/..")]
    [InlineData("{..,a}/x")]
    [InlineData("a/{b,..}/c")]
    [InlineData("{../a,b}")]
    [InlineData("[.][.]/x")]
    [InlineData(".{.,a}/x")]
    [InlineData("**/..")]
    [InlineData("..*")]
    [InlineData("{/etc,a}")]
    [InlineData("{,a}/b")]
    [InlineData("{{a,},b}/c")]
    [InlineData("src\\a.ts")]
    [InlineData("a\\")]
    [InlineData("[abc")]
    [InlineData("[]")]
    [InlineData("[z-a]")]
    [InlineData("[a/b]")]
    [InlineData("[[:alpha:]]")]
    [InlineData("{a,b")]
    [InlineData("a}")]
    [InlineData("a]")]
    [InlineData("{1..3}")]
    [InlineData("{,}")]
    [InlineData("!a")]
    [InlineData("{a,b}**")]
    [InlineData("a\nb")]
    [InlineData("{{{{{{{{{{{a}}}}}}}}}}}")]
    public void What_is_no_pattern_below_the_root_is_refused_with_advice(string text)
    {
        AgentCraftException refused = Assert.Throws<AgentCraftException>(() => PathPattern.Parse(text));
        Assert.Equal(ErrorCodes.InvalidPattern, refused.Code);
        Assert.False(string.IsNullOrWhiteSpace(refused.Hint));
    }

    [Theory]
    [InlineData("./a//b/./c", "a/b/c")]
    [InlineData("././", "**")]
    [InlineData("src/", "src/")]
    [InlineData("a/./", "a/")]
    public void What_says_nothing_is_left_out(string text, string value) => Assert.Equal(value, PathPattern.Parse(text).Value);

    /// <summary>Against a matcher that was made in another way, over all short paths of a small alphabet.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Random_patterns_overlap_exactly_when_a_short_path_matches_both(int seed)
    {
        Random random = new(seed);
        int compared = 0, overlapping = 0;
        while (compared < Pairs)
        {
            string a = RandomPatterns.Next(random), b = RandomPatterns.Next(random);
            if (TryParse(a) is not { } one || TryParse(b) is not { } other)
                continue;
            compared++;
            string? witness = PlainGlob.Witness(a, b);
            bool overlap = one.Overlaps(other);
            // Short paths cannot disprove: what they have in common may be longer than those.
            Assert.True(overlap || witness is null, $"'{a}' and '{b}' both match '{witness}'.");
            if (overlap && witness is null)
                Assert.True(PlainGlob.LongestNeeded(a) + PlainGlob.LongestNeeded(b) > PlainGlob.LongestPath, $"'{a}' and '{b}' are said to overlap, but match no short path both.");
            overlapping += overlap ? 1 : 0;
        }
        output.WriteLine($"{compared} pairs, {overlapping} overlap");
        Assert.InRange(overlapping, compared / 20, compared * 19 / 20);
    }

    [Fact]
    public void Hostile_patterns_are_compared_in_bounded_time_or_refused()
    {
        string[] hostile =
        [
            string.Concat(Enumerable.Repeat("*a", 150)), string.Concat(Enumerable.Repeat("*b", 150)), string.Concat(Enumerable.Repeat("**/", 100)),
            string.Concat(Enumerable.Repeat("{a,b}", 60)), string.Concat(Enumerable.Repeat("{*,?}", 60)), new string('?', 300), new string('*', 300),
            string.Concat(Enumerable.Repeat("[!a]", 75)), string.Concat(Enumerable.Repeat("{,a}", 75)), "{{{{{{{{{{*,a},b},c},d},e},f},g},h},i},j}",
            string.Concat(Enumerable.Repeat("**/{a,*}/", 30)), string.Concat(Enumerable.Repeat("*/", 150)),
        ];
        List<PathPattern> taken = [.. hostile.Select(TryParse).OfType<PathPattern>()];
        output.WriteLine($"{taken.Count} of {hostile.Length} taken");
        Assert.True(taken.Count >= 6);
        int most = 0;
        foreach (PathPattern a in taken)
            foreach (PathPattern b in taken)
            {
                int budget = PathPattern.Budget;
                long start = Stopwatch.GetTimestamp();
                a.Overlaps(b, ref budget);
                most = Math.Max(most, PathPattern.Budget - budget);
                if (PathPattern.Budget - budget > 500_000)
                    output.WriteLine($"{a.Value[..12]} {b.Value[..12]} {PathPattern.Budget - budget} {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
            }
        // States of one times states of the other times the places within a path, each at most once.
        Assert.InRange(most, 1, 600 * 600 * 12);
        output.WriteLine($"at most {most} steps");
    }

    [Fact]
    public void A_budget_that_is_used_up_is_said()
    {
        int budget = 10;
        AgentCraftException refused = Assert.Throws<AgentCraftException>(() => PathPattern.Parse("**/*a*/**").Overlaps(PathPattern.Parse("**/*b*/**c"), ref budget));
        Assert.Equal(ErrorCodes.PatternTooComplex, refused.Code);
    }

    private static PathPattern? TryParse(string text)
    {
        try
        {
            return PathPattern.Parse(text);
        }
        catch (AgentCraftException refused) when (refused.Code is ErrorCodes.InvalidPattern or ErrorCodes.PatternTooComplex)
        {
            return null;
        }
    }
}
