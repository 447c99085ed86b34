using System.Globalization;

namespace AgentCraft.Data;

/// <summary>From one moment up to, and without, another; either end may be open.</summary>
/// <param name="Since">The first moment in it; null from the beginning.</param>
/// <param name="Until">The first moment after it; null to the end.</param>
public readonly record struct TimeRange(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>Neither end is given.</summary>
    public bool IsOpen => Since is null && Until is null;

    /// <summary>Reads a client's ends: ISO 8601, UTC unless they say otherwise, a date alone being its midnight.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for what is no time, and for a range that nothing can lie in</exception>
    public static TimeRange Parse(string? since, string? until)
    {
        TimeRange range = new(ParseTime(since, nameof(since)), ParseTime(until, nameof(until)));
        return range.Since >= range.Until
            ? throw new AgentCraftException(ErrorCodes.InvalidArgument, "since must be before until.", "until itself is not part of the range: swap them, or leave one out.")
            : range;
    }

    /// <summary>Reads one moment.</summary>
    public static DateTimeOffset? ParseTime(string? text, string what) => text is null ? null
        : char.IsAsciiDigit(text.FirstOrDefault()) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{what} is no time: '{Text.Shown(text, 40)}'.", "Use ISO 8601, such as 2026-11-21T09:30:00Z or 2026-11-21.");

    /// <summary>The conditions on a column of times, with the parameters Since and Until; each begins with AND.</summary>
    internal string Where(string column) =>
        (Since is null ? "" : $" AND {column} >= @Since") + (Until is null ? "" : $" AND {column} < @Until");
}
