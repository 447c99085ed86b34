using System.Globalization;

namespace AgentCraft.Data;

/// <summary>Times as the store and the wire have them: ISO 8601, UTC, to the millisecond, so that text order is time order.</summary>
public static class Times
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly string[] ClientFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>For example <c>2026-11-21T09:30:00.123Z</c>.</summary>
    public static string ToText(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>True for what <see cref="Parse"/> can read.</summary>
    internal static bool IsStored(string text) => DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    /// <summary>A moment that a client gave: a date, or date and time with or without an offset; UTC without one.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public static DateTimeOffset? OfClient(string? text, string what) => text is null ? null
        : DateTimeOffset.TryParseExact(text, ClientFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time
        : throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{what} is no date or time: '{Text.Shown(text, 40)}'.", "Use ISO 8601, for example 2026-11-21 or 2026-11-21T09:30:00Z.");
}
