using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Agents;

/// <summary>Who there is: the live ones, or all.</summary>
internal sealed class AgentsPage(Stores stores)
{
    private const int PageSize = 100;

    public async Task<Page> Get(PageRequest request)
    {
        bool all = request.Query("all") is not null;
        AgentBoardPage board = await stores.AgentBoard.Get(all, PageSize, request.Cursor, request.Gone);
        return new("Agents", "/agents", Body(board, all, request)) { Stream = StreamEndpoint.Address() };
    }

    private static Html Body(AgentBoardPage board, bool all, PageRequest request) => Html.Of($"""
        <ul class="tabs"><li><a href="/agents"{Current(!all)}>Live</a></li><li><a href="/agents?all=1"{Current(all)}>All</a></li></ul>
        <div id="agents" data-refresh>
        {(board.Agents.Count > 0 ? AgentTreeList.Of(board.Agents, request.Now) : Parts.Empty(all ? "No agent has registered yet." : "No agent is live."))}
        {Parts.Pager(Link.To($"/agents").With("all", all ? "1" : null), board.Cursor, board.HasMore, request.Cursor is null, "More")}
        </div>
        """);

    private static Html Current(bool isIt) => isIt ? Html.Of($" aria-current=\"true\"") : Html.None;
}
