using AgentCraft.Data.Agents;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Agents;

/// <summary>Agents below whom they work for. Its items nest in the order of the tree, so that it is a tree for who listens, too.</summary>
internal static class AgentTreeList
{
    private const int Longest = 160;

    public static Html Of(IReadOnlyList<AgentLine> agents, DateTimeOffset now) => Html.Of($"<ul class=\"tree agents\">{Level(agents, 0, agents.Count, now)}</ul>");

    // A page may begin in the middle of the tree: whoever has nobody above on it stands at its margin.
    private static Html Level(IReadOnlyList<AgentLine> agents, int from, int to, DateTimeOffset now)
    {
        List<(AgentLine Agent, int Begin, int End)> brothers = [];
        for (int i = from; i < to;)
        {
            int end = i + 1;
            while (end < to && agents[end].Level > agents[i].Level)
                end++;
            brothers.Add((agents[i], i + 1, end));
            i = end;
        }
        return Html.Each(brothers, one => Html.Of($"""
            <li>{Line(one.Agent, now)}{Html.If(one.End > one.Begin, () => Html.Of($"<ul>{Level(agents, one.Begin, one.End, now)}</ul>"))}</li>

            """));
    }

    private static Html Line(AgentLine agent, DateTimeOffset now) => Html.Of($"""
        <div class="line {(agent.Live ? "is-live" : "is-gone")}">
        <span class="dot" title="{(agent.Live ? "live" : "not live")}"></span><span class="visually-hidden">{(agent.Live ? "live" : "not live")}:</span>
        {Parts.Agent(agent.Name)} {Parts.Badge(agent.Status)} <span class="faint">{agent.Type}</span>
        <span class="works" dir="auto">{Live.ActivityItem.Shorten(agent.WorksOn, Longest)}</span>
        <span class="facts">{Html.If(agent.Unread > 0, () => Html.Of($"<span class=\"unread\">{Parts.Number(agent.Unread)} unread</span> "))}{Html.If(agent.CostUsd > 0, () => Html.Of($"<span class=\"faint\">{Parts.Dollars(agent.CostUsd)}</span> "))}{Parts.Time(agent.LastHeartbeatAt, now)}</span>
        </div>
        """);
}
