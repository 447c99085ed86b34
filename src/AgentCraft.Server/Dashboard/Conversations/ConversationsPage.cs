using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>Who talks with whom, the last heard of first.</summary>
internal sealed class ConversationsPage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        AgentCraft.Data.Messages.ConversationPage page = await stores.Conversations.ListConversations(null, Paging.DefaultLimit, request.Cursor, request.Gone);
        return new("Conversations", "/conversations", Body(page, Link.To($"/conversations"), request, isThreads: false)) { Stream = StreamEndpoint.Address(kind: ActivityKind.Message) };
    }

    /// <summary>The list, with the way to the other kind of it.</summary>
    public static Html Body(AgentCraft.Data.Messages.ConversationPage page, Link list, PageRequest request, bool isThreads) => Html.Of($"""
        <ul class="tabs"><li><a href="/conversations"{Current(!isThreads)}>By agents</a></li><li><a href="/threads"{Current(isThreads)}>By thread</a></li></ul>
        <div id="conversations" data-refresh>
        {ConversationList.Of(page.Conversations, request.Now, isThreads)}
        {Parts.Pager(list, page.Cursor, page.HasMore, request.Cursor is null)}
        </div>
        """);

    private static Html Current(bool isIt) => isIt ? Html.Of($" aria-current=\"true\"") : Html.None;
}

/// <summary>Threads, the last heard of first.</summary>
internal sealed class ThreadsPage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        AgentCraft.Data.Messages.ConversationPage page = await stores.Conversations.ListThreads(Paging.DefaultLimit, request.Cursor, request.Gone);
        return new("Threads", "/conversations", ConversationsPage.Body(page, Link.To($"/threads"), request, isThreads: true)) { Stream = StreamEndpoint.Address(kind: ActivityKind.Message) };
    }
}
