using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>What a person writes to an agent with. Its number makes sure that sending it twice stores it once.</summary>
internal static class MessageForm
{
    /// <summary>A new message to an agent.</summary>
    public static Html To(string agent, PageRequest request) => Form(request, $"Write to {agent}", Html.Of($"<input type=\"hidden\" name=\"to\" value=\"{agent}\">"));

    /// <summary>An answer to a message: to who wrote it, or to whom it was for when one's own agent wrote it.</summary>
    public static Html Answer(Message message, PageRequest request)
    {
        string to = message.From.Equals(request.Writer, StringComparison.OrdinalIgnoreCase) ? message.To : message.From;
        return Form(request, $"Answer {to}", Html.Of($"""
            <input type="hidden" name="to" value="{to}"><input type="hidden" name="responseTo" value="{message.Id}">
            """));
    }

    private static Html Form(PageRequest request, string title, Html hidden) => request.Writer is null ? Reader(request) : Html.Of($"""
        <section aria-labelledby="write"><h2 id="write">{title}</h2>
        <form class="write" method="post" action="/messages">{request.FormToken}
        <input type="hidden" name="key" value="{Guid.NewGuid().ToString("n")}">{hidden}
        <label for="content">Message, as <bdi>{request.Writer}</bdi></label>
        <textarea id="content" name="content" rows="4" maxlength="50000" required></textarea>
        <p class="row"><label for="importance">Importance</label>
        <select id="importance" name="importance">{Html.Each(Enum.GetValues<Importance>(), Option)}</select>
        <button>Send</button></p>
        </form></section>
        """);

    private static Html Reader(PageRequest request) => request.Visitor.Principal is null
        ? Html.Of($"<p class=\"faint\">To write, <a href=\"/sign-in\">sign in</a> with a token.</p>")
        : Html.Of($"<p class=\"faint\">Your token only reads.</p>");

    private static Html Option(Importance importance) =>
        Html.Of($"<option{(importance == Importance.Normal ? Html.Of($" selected") : Html.None)}>{Parts.Word(importance)}</option>");
}
