using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>Messages with what they say. A long one is cut; its own page has all of it.</summary>
internal static class MessageList
{
    private const int Longest = 4000;

    public static Html Of(IReadOnlyList<Message> messages, DateTimeOffset now, bool showsThread) => messages.Count == 0
        ? Parts.Empty("Nothing was said yet.")
        : Html.Of($"<ol class=\"entries\">{Html.Each(messages, message => Html.Of($"<li class=\"entry message importance-{Parts.Word(message.Importance)}\" id=\"{message.Id}\">{Item(message, now, showsThread, Longest)}</li>\n"))}</ol>");

    /// <summary>One message.</summary>
    public static Html Item(Message m, DateTimeOffset now, bool showsThread, int longest) => Html.Of($"""
        <p class="entry-head">{Parts.Agent(m.From)} <span class="faint">to</span> {Parts.Agent(m.To)} {Parts.Badge(m.Type)}{Html.If(m.Importance != Importance.Normal, () => Parts.Badge(m.Importance))}
        {Html.If(showsThread, () => Html.Of($"<a href=\"{Link.To($"/threads/{m.ThreadId}")}\">thread</a>"))} <a href="{Link.To($"/messages/{m.Id}")}">message</a>
        {(m.AcknowledgedAt is null ? Html.Of($"<span class=\"unread\">unread</span>") : Html.Of($"<span class=\"faint\">acknowledged</span>"))} {Parts.Time(m.CreatedAt, now)}</p>
        <div class="words" dir="auto">{ActivityItem.Shorten(m.Content, longest)}</div>
        {Html.If(m.Content.Length > longest, () => Html.Of($"<p><a href=\"{Link.To($"/messages/{m.Id}")}\">All {Parts.Number(m.Content.Length)} characters</a></p>"))}
        {Html.If(m.Context is not null, () => Html.Of($"<details><summary>Context</summary><pre tabindex=\"0\" role=\"region\" aria-label=\"Context\">{ActivityItem.Shorten(Parts.Json(m.Context!.Value), longest)}</pre></details>"))}
        """);
}
