using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>What two agents said to each other, the newest first.</summary>
internal sealed class ConversationPage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        (string a, string b) = (request.Route("a"), request.Route("b"));
        AgentCraft.Data.Messages.MessagePage page = await stores.Messages.GetConversation(new() { AgentA = a, AgentB = b, Cursor = request.Cursor }, request.Gone);
        return new($"{a} and {b}", "/conversations", Body(page, Link.To($"/conversations/{a}/{b}"), request)) { Stream = StreamEndpoint.Address(a, AgentCraft.Data.Activities.ActivityKind.Message) };
    }

    private static Html Body(AgentCraft.Data.Messages.MessagePage page, Link here, PageRequest request) => Html.Of($"""
        <div id="conversation" data-refresh>
        <p class="faint">{Parts.Count(page.Total, "message")}, the newest first</p>
        {MessageList.Of(page.Messages, request.Now, showsThread: true)}
        {Parts.Pager(here, page.Cursor, page.HasMore, request.Cursor is null)}
        </div>
        {(page.Messages is [var newest, ..] && request.Cursor is null ? MessageForm.Answer(newest, request) : Html.None)}
        """);
}
