using System.Globalization;

namespace AgentCraft.Server.Cli;

/// <summary>Moments as a person types them.</summary>
internal static class Moments
{
    /// <summary>A time, UTC unless it says otherwise, or so long ago: 90s, 15m, 2h, 3d. Null for anything else.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && Unit(text[^1]) is { } unit && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
            return count * unit.TotalDays < 36500 ? now - (count * unit) : DateTimeOffset.MinValue;
        return text.Length > 0 && char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
