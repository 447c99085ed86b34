using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>A thread: who takes part in it and what was said, the newest first.</summary>
internal sealed class ThreadPage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        MessageThread thread = await stores.Threads.Get(request.Route("id"), ListOrder.Desc, Paging.DefaultLimit, request.Cursor, request.Gone);
        return new("Thread", "/conversations", Body(thread, request)) { Stream = StreamEndpoint.Address(kind: ActivityKind.Message) };
    }

    private static Html Body(MessageThread thread, PageRequest request) => Html.Of($"""
        <div id="thread" data-refresh>
        <p class="faint">{Parts.Count(thread.Total, "message")} since {Parts.Time(thread.StartedAt, request.Now)}, the last {Parts.Time(thread.LastAt, request.Now)}; the newest first</p>
        {Participants(thread)}
        {MessageList.Of(thread.Messages, request.Now, showsThread: false)}
        {Parts.Pager(Link.To($"/threads/{thread.ThreadId}"), thread.Cursor, thread.HasMore, request.Cursor is null)}
        </div>
        {(thread.Messages is [var newest, ..] && request.Cursor is null ? MessageForm.Answer(newest, request) : Html.None)}
        """);

    private static Html Participants(MessageThread thread) => new Table("Who takes part", ["Agent", "#Sent", "#Received", "#Unread"])
        .Rows(thread.Participants, one => [Parts.Agent(one.Agent), Html.Of($"{Parts.Number(one.Sent)}"), Html.Of($"{Parts.Number(one.Received)}"), Html.Of($"{Parts.Number(one.Unread)}")]).Markup;
}
