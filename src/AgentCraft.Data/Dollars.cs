using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace AgentCraft.Data;

/// <summary>Amounts of money: decimal dollars on the wire, whole billionths in the store, so that sums are exact.</summary>
public static partial class Dollars
{
    private const int Decimals = 9;
    private const int LongestText = 64;

    /// <summary>Billionths of a dollar for a decimal number such as <c>0.0375</c> or <c>1.5e-6</c>.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>: no number, negative, finer than a billionth, or too large.</exception>
    public static long Parse(string text, string what)
    {
        Match match = text.Length <= LongestText ? Amount().Match(text) : Match.Empty;
        if (!match.Success)
            throw Invalid($"{what} is no amount of dollars: '{Text.Shown(text, 40)}'.");
        string fraction = match.Groups["fraction"].Value;
        BigInteger digits = BigInteger.Parse(match.Groups["whole"].Value + fraction, NumberStyles.None, CultureInfo.InvariantCulture);
        int exponent = match.Groups["exponent"] is { Success: true } e ? int.Parse(e.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        BigInteger billionths = Scale(digits, Decimals - fraction.Length + exponent, what);
        if (match.Groups["minus"].Success && !billionths.IsZero)
            throw Invalid($"{what} cannot be negative.");
        return billionths <= long.MaxValue ? (long)billionths
            : throw Invalid($"{what} is too large: the most that can be kept is {ToText(long.MaxValue)} dollars.");
    }

    /// <summary>Dollars, exactly.</summary>
    public static decimal Of(long billionths) => billionths / 1_000_000_000m;

    /// <summary>For a sentence.</summary>
    internal static string ToText(long billionths) => Of(billionths).ToString(CultureInfo.InvariantCulture);

    private static BigInteger Scale(BigInteger digits, int power, string what)
    {
        if (power >= 0)
            return digits * BigInteger.Pow(10, power);
        (BigInteger scaled, BigInteger rest) = BigInteger.DivRem(digits, BigInteger.Pow(10, -power));
        return rest.IsZero ? scaled : throw Invalid($"{what} has more than {Decimals} digits after the point.");
    }

    private static AgentCraftException Invalid(string message) => new(ErrorCodes.InvalidArgument, message,
        "Pass dollars as a number or decimal text with at most 9 digits after the point, for example 0.0375 or \"0.0375\".");

    [GeneratedRegex("^(?<minus>-)?(?<whole>[0-9]+)(\\.(?<fraction>[0-9]+))?([eE](?<exponent>[+-]?[0-9]{1,3}))?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
