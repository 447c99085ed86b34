using AgentCraft.Data.Activities;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Live;

/// <summary>Something that happened, as an item of a list: the same on a page and as it arrives.</summary>
internal static class ActivityItem
{
    private const int Longest = 280;

    public static Html Of(Activity activity, DateTimeOffset now) => activity.Kind switch
    {
        ActivityKind.Message => Message(activity, now),
        ActivityKind.Note => Html.Of($"<li class=\"entry note\"><p>{activity.Content}</p></li>"),
        _ => Happened(activity, now),
    };

    /// <summary>The same in a few words, for who listens.</summary>
    public static string Say(Activity activity) => activity.Kind switch
    {
        ActivityKind.Message => $"{activity.From} to {activity.To}: {activity.Type}",
        ActivityKind.Note => activity.Content ?? "",
        _ => $"{activity.From} {activity.Type}".Trim(),
    };

    /// <summary>How a text begins.</summary>
    public static string Shorten(string? text, int longest = Longest) => text is null ? "" : text.Length <= longest ? text : AgentCraft.Data.Text.Shown(text, longest);

    private static Html Message(Activity a, DateTimeOffset now) => Html.Of($"""
        <li class="entry message importance-{a.Importance}" id="{a.Id}">
        <p class="entry-head">{Parts.Agent(a.From)} <span class="faint">to</span> {Parts.Agent(a.To)} {Parts.Badge(a.Type)}{Important(a.Importance)} <a href="{Link.To($"/threads/{a.ThreadId ?? ""}")}">thread</a> {Parts.Time(a.CreatedAt, now)}</p>
        <p class="words" dir="auto">{Shorten(a.Content)}</p></li>
        """);

    private static Html Happened(Activity a, DateTimeOffset now) => Html.Of($"""
        <li class="entry event" id="{a.Id}">
        <p class="entry-head">{(a.From is null ? Html.None : Parts.Agent(a.From))} <span class="what">{a.Type}</span> {Entity(a)} {Parts.Time(a.CreatedAt, now)}</p>
        {Html.If(a.Content is not null, () => Html.Of($"<p class=\"words\" dir=\"auto\">{Shorten(a.Content)}</p>"))}</li>
        """);

    private static Html Entity(Activity a) => EntityLink.Of(a.EntityType, a.EntityId);

    private static Html Important(string? importance) => importance is null or "normal" ? Html.None : Html.Of($" {Parts.Badge(importance)}");
}
