using System.Globalization;
using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>What many pages show.</summary>
internal static class Parts
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = new PlainJsonEncoder(hidden: false) };

    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>When something was, as long ago as it is; the moment itself is there too. A script keeps it right.</summary>
    public static Html Time(DateTimeOffset? at, DateTimeOffset now) => at is not { } moment ? Html.Of($"<span class=\"faint\">never</span>")
        : Html.Of($"<time datetime=\"{Times.ToText(moment)}\" title=\"{Moment(moment)}\">{Ago(now - moment)}</time>");

    /// <summary>For example 2026-11-21 09:30:00 UTC.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>An agent's name, which leads to its page.</summary>
    public static Html Agent(string? name) => name is null ? Html.Of($"<span class=\"faint\">nobody</span>")
        : Html.Of($"<a class=\"agent\" href=\"{Link.To($"/agents/{name}")}\"><bdi>{name}</bdi></a>");

    /// <summary>A word about how something stands; how it looks is decided by the style sheet.</summary>
    public static Html Badge<T>(T status) where T : struct, Enum => Badge(Word(status));

    /// <summary>The same for a word.</summary>
    public static Html Badge(string status) => Html.Of($"<span class=\"badge is-{status}\">{status}</span>");

    /// <summary>An enum as the store and the tools spell it.</summary>
    public static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A measured number, as short as it can be told.</summary>
    public static string Number(double number) => Math.Abs(number) is >= 1e15 or (> 0 and < 1e-4) ? number.ToString("G4", CultureInfo.InvariantCulture)
        : number.ToString(Math.Abs(number) >= 100 ? "#,0.#" : "#,0.####", CultureInfo.InvariantCulture);

    /// <summary>An amount of dollars.</summary>
    public static string Dollars(decimal dollars) => string.Create(CultureInfo.InvariantCulture, $"${(dollars is 0 or >= 0.01m ? Math.Round(dollars, 2) : Math.Round(dollars, 6)):0.00####}");

    /// <summary>A size.</summary>
    public static string Bytes(long bytes)
    {
        double size = bytes;
        int unit = 0;
        for (; size >= 1024 && unit < Sizes.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:#,0.#} {Sizes[unit]}");
    }

    /// <summary>Data, spelled for people: <c>é</c> and <c>&lt;</c> as they are.</summary>
    public static string Json(JsonElement data) => JsonSerializer.Serialize(data, Readable);

    /// <summary>One or several of something: 1 message, 2 messages.</summary>
    public static string Count(long count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>The way to the next page, and back to the first.</summary>
    public static Html Pager(Link list, string? cursor, bool hasMore, bool isFirst, string next = "Older") => hasMore || !isFirst ? Html.Of($"""
        <nav class="pager" aria-label="More of this list">
        {Html.If(!isFirst, () => Html.Of($"<a href=\"{list}\">First page</a>"))}
        {Html.If(hasMore, () => Html.Of($"<a rel=\"next\" href=\"{list.With("cursor", cursor)}\">{next}</a>"))}
        </nav>
        """) : Html.None;

    /// <summary>Says that there is nothing.</summary>
    public static Html Empty(string text) => Html.Of($"<p class=\"empty\">{text}</p>");

    private static string Ago(TimeSpan ago) => ago switch
    {
        { TotalSeconds: < 0 } => $"in {Length(-ago)}",
        { TotalSeconds: < 10 } => "now",
        _ => $"{Length(ago)} ago",
    };

    private static string Length(TimeSpan length) => length switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalSeconds} s"),
        { TotalMinutes: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalMinutes} min"),
        { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalDays} d"),
    };
}
