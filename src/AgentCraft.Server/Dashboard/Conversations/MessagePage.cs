using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>One message, all of it.</summary>
internal sealed class MessagePage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        Message message = await stores.Messages.Get(request.Route("id"), request.Gone);
        return new("Message", "/conversations", Html.Of($"""
            <article class="entry message importance-{Parts.Word(message.Importance)}" id="message" data-refresh>
            {MessageList.Item(message, request.Now, showsThread: true, int.MaxValue)}
            {Html.If(message.ResponseTo is not null, () => Html.Of($"<p>Answers <a href=\"{Link.To($"/messages/{message.ResponseTo!}")}\">this message</a>.</p>"))}
            {Html.If(message.Session is not null, () => Html.Of($"<p class=\"faint\">Session <code>{message.Session}</code></p>"))}
            </article>
            {MessageForm.Answer(message, request)}
            """))
        { Stream = StreamEndpoint.Address(message.To) };
    }
}
