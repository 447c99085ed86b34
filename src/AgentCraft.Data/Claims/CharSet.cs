namespace AgentCraft.Data.Claims;

/// <summary>A set of characters (Unicode code points) that one place of a pattern matches.</summary>
internal sealed class CharSet
{
    private const int Last = 0x10FFFF;

    /// <summary>Every character.</summary>
    public static readonly CharSet Any = new([(0, Last)], isExplicit: false);

    /// <summary>Every character but the one that parts directories.</summary>
    public static readonly CharSet NoSlash = new([(0, '/' - 1), ('/' + 1, Last)], isExplicit: false);

    /// <summary>The one that parts directories.</summary>
    public static readonly CharSet Slash = Of('/');

    private readonly (int Low, int High)[] _ranges;

    private CharSet((int Low, int High)[] ranges, bool isExplicit) => (_ranges, IsExplicit) = (ranges, isExplicit);

    /// <summary>Its characters were named, not merely left over.</summary>
    public bool IsExplicit { get; }

    public static CharSet Of(int character) => new([(character, character)], isExplicit: true);

    /// <summary>What a class such as <c>[a-z_]</c> matches, or with <paramref name="negated"/> all but that; never a slash.</summary>
    public static CharSet OfClass(List<(int Low, int High)> ranges, bool negated)
    {
        ranges.Sort();
        List<(int Low, int High)> merged = [];
        foreach ((int low, int high) in ranges)
            if (merged.Count > 0 && low <= merged[^1].High + 1)
                merged[^1] = (merged[^1].Low, Math.Max(high, merged[^1].High));
            else
                merged.Add((low, high));
        return new([.. Without('/', negated ? Rest(merged) : merged)], isExplicit: !negated);
    }

    public bool Contains(int character) => Array.Exists(_ranges, range => range.Low <= character && character <= range.High);

    /// <summary>What both contain: a slash, a dot, anything else.</summary>
    public static (bool Slash, bool Dot, bool Other) Common(CharSet a, CharSet b)
    {
        (bool slash, bool dot, bool other) = (false, false, false);
        for (int i = 0, j = 0; i < a._ranges.Length && j < b._ranges.Length;)
        {
            (int low, int high) = (Math.Max(a._ranges[i].Low, b._ranges[j].Low), Math.Min(a._ranges[i].High, b._ranges[j].High));
            bool hasDot = low <= '.' && '.' <= high, hasSlash = low <= '/' && '/' <= high;
            slash |= hasSlash;
            dot |= hasDot;
            other |= high - low + 1 > (hasDot ? 1 : 0) + (hasSlash ? 1 : 0);
            if (a._ranges[i].High < b._ranges[j].High)
                i++;
            else
                j++;
        }
        return (slash, dot, other);
    }

    private static IEnumerable<(int Low, int High)> Rest(List<(int Low, int High)> ranges)
    {
        int next = 0;
        foreach ((int low, int high) in ranges)
        {
            if (low > next)
                yield return (next, low - 1);
            next = high + 1;
        }
        if (next <= Last)
            yield return (next, Last);
    }

    private static IEnumerable<(int Low, int High)> Without(int character, IEnumerable<(int Low, int High)> ranges)
    {
        foreach ((int low, int high) in ranges)
        {
            if (low <= character - 1 && low <= high)
                yield return (low, Math.Min(high, character - 1));
            if (high >= character + 1)
                yield return (Math.Max(low, character + 1), high);
        }
    }
}
