using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Overviews;
using AgentCraft.Server.Dashboard.Agents;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Overview;

/// <summary>What is going on: who is live and on what, what arrives, what needs somebody.</summary>
internal sealed class OverviewPage(Stores stores)
{
    private const int MostAgents = 40;
    private const int MostActivities = 20;

    private sealed record View(OverviewNumbers Numbers, AgentBoardPage Board, IReadOnlyList<Activity> Activities, HandoverItem? Handover);

    public async Task<Page> Get(PageRequest request)
    {
        Task<OverviewNumbers> numbers = stores.Overviews.Count(request.Gone);
        Task<AgentBoardPage> board = stores.AgentBoard.Get(all: false, MostAgents, cursor: null, request.Gone);
        Task<List<Activity>> activities = Newest(request.Gone);
        AgentCraft.Data.Handovers.HandoverPage handovers = await stores.Handovers.List(new() { Limit = 1 }, request.Gone);
        return new("Overview", "/", Body(new(await numbers, await board, await activities, handovers.Handovers.FirstOrDefault()), request.Now)) { Stream = StreamEndpoint.Address() };
    }

    private async Task<List<Activity>> Newest(CancellationToken gone)
    {
        List<Activity> newest = [];
        await foreach (IReadOnlyList<Activity> found in stores.Activity.Read(new() { Lines = MostActivities }, gone))
            newest.AddRange(found);
        newest.Reverse();
        return newest;
    }

    private static Html Body(View view, DateTimeOffset now) => Html.Of($"""
        <div id="numbers" data-refresh>
        {Numbers(view.Numbers)}
        {Html.If(view.Numbers.Warnings.Count > 0, () => Html.Of($"<section class=\"notice\" aria-labelledby=\"look\"><h2 id=\"look\">Needs a look</h2><ul>{Html.Each(view.Numbers.Warnings, warning => Html.Of($"<li>{warning}</li>"))}</ul></section>"))}
        </div>
        <div class="columns">
        <section aria-labelledby="who"><h2 id="who">Who is live</h2>
        <div id="board" data-refresh>
        {(view.Board.Agents.Count > 0 ? AgentTreeList.Of(view.Board.Agents, now) : Parts.Empty("No agent is live."))}
        <p>{Html.If(view.Board.HasMore, () => Html.Of($"<a href=\"/agents\">More live agents</a> · "))}<a href="/agents?all=1">All agents</a></p>
        {Html.If(view.Handover is not null, () => Newest(view.Handover!, now))}
        </div></section>
        <section aria-labelledby="feed-title"><h2 id="feed-title">What happens</h2>
        <ol class="entries" id="feed" data-feed>
        {Html.Each(view.Activities, activity => ActivityItem.Of(activity, now))}</ol>
        {Html.If(view.Activities.Count == 0, () => Parts.Empty("Nothing yet."))}
        <p><a href="/conversations">Conversations</a> · <a href="/events">Events</a></p>
        </section>
        </div>
        """);

    private static Html Numbers(OverviewNumbers n) => Html.Of($"""
        <ul class="numbers" aria-label="In numbers">
        {Number("/agents", n.Live, "live", $"of {Parts.Count(n.Agents, "agent")}")}
        {Number("/conversations", n.Unread, "unread", $"of {Parts.Count(n.Messages, "message")}")}
        {Number("/tasks", n.Running, n.Running == 1 ? "task runs" : "tasks run", $"{Parts.Number(n.Queued)} queued, {Parts.Number(n.Blocked)} blocked")}
        {Number("/claims", n.Claims, n.Claims == 1 ? "claim" : "claims", Parts.Count(n.Sessions, "active session"))}
        <li><a href="/charts"><b>{Parts.Dollars(n.CostUsd)}</b> spent <span class="faint">{Parts.Count(n.Tokens, "token")}</span></a></li>
        </ul>
        """);

    private static Html Number(string path, long number, string what, string more) =>
        Html.Of($"<li><a href=\"{Link.To($"/{path.TrimStart('/')}")}\"><b>{Parts.Number(number)}</b> {what} <span class=\"faint\">{more}</span></a></li>\n");

    private static Html Newest(HandoverItem handover, DateTimeOffset now) => Html.Of($"""
        <h3>Newest hand-over</h3>
        <p><a href="{Link.To($"/handovers/{handover.Id}")}">{handover.Title}</a> {Parts.Badge(handover.Status)} {Parts.Badge(handover.ValidationStatus)}
        by {Parts.Agent(handover.Author)} {Parts.Time(handover.CreatedAt, now)}</p>
        """);
}
