using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>Conversations or threads, each by its last message.</summary>
internal static class ConversationList
{
    private const int MostCounted = 1000;

    public static Html Of(IReadOnlyList<Conversation> conversations, DateTimeOffset now, bool isThreads) => conversations.Count == 0
        ? Parts.Empty("Nothing was said yet.")
        : Html.Of($"<ol class=\"entries\">{Html.Each(conversations, one => Item(one, now, isThreads))}</ol>");

    private static Html Item(Conversation one, DateTimeOffset now, bool isThreads) => Html.Of($"""
        <li class="entry message importance-{Parts.Word(one.Importance)}">
        <p class="entry-head"><a class="title-link" href="{(isThreads ? Link.To($"/threads/{one.ThreadId}") : Link.To($"/conversations/{one.From}/{one.To}"))}"><bdi>{one.From}</bdi> <span class="faint">to</span> <bdi>{one.To}</bdi></a>
        {Parts.Badge(one.Type)}{Html.If(one.Importance != Importance.Normal, () => Parts.Badge(one.Importance))}
        <span class="faint">{Size(one, isThreads)}</span>{Html.If(!isThreads && one.Unread > 0, () => Html.Of($" <span class=\"unread\">{Parts.Number(one.Unread)} unread</span>"))} {Parts.Time(one.LastAt, now)}</p>
        <p class="words" dir="auto">{ActivityItem.Shorten(one.Excerpt)}</p></li>

        """);

    private static string Size(Conversation one, bool isThreads) => !isThreads ? Parts.Count(one.Messages, "message")
        : one.InThread > MostCounted ? $"more than {Parts.Number(MostCounted)} messages" : Parts.Count(one.InThread, "message");
}
