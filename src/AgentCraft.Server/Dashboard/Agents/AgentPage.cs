using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Tasks;
using AgentCraft.Server.Dashboard.Conversations;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Agents;

/// <summary>One agent: what it is, what it is to do, with whom it talks.</summary>
internal sealed class AgentPage(Stores stores)
{
    private const int MostTasks = 10;

    private sealed record View(Agent Agent, long Unread, AgentCraft.Data.Messages.ConversationPage Conversations, IReadOnlyList<OpenTask> Tasks);

    public async Task<Page> Get(PageRequest request)
    {
        Agent agent = await stores.Agents.Get(request.Route("name"), request.Gone);
        View view = new(agent, (await stores.Inboxes.Count(agent.Id, request.Gone)).Unread,
            await stores.Conversations.ListConversations(agent.Name, Paging.DefaultLimit, request.Cursor, request.Gone), await stores.Tasks.ListOpen(agent, request.Gone));
        return new(agent.Name, "/agents", Body(view, request)) { Stream = StreamEndpoint.Address(agent.Name) };
    }

    private static Html Body(View view, PageRequest request) => Html.Of($"""
        <div id="agent" data-refresh>
        {Facts(view, request.Now)}
        <section aria-labelledby="tasks"><h2 id="tasks">Open tasks</h2>
        {(view.Tasks.Count == 0 ? Parts.Empty("None.") : Html.Of($"<ul class=\"plain\">{Html.Each(view.Tasks.Take(MostTasks), Task)}</ul>"))}
        {Html.If(view.Tasks.Count > MostTasks, () => Html.Of($"<p class=\"faint\">and {Parts.Number(view.Tasks.Count - MostTasks)} more</p>"))}
        </section>
        <section aria-labelledby="talks"><h2 id="talks">Conversations</h2>
        {ConversationList.Of(view.Conversations.Conversations, request.Now, isThreads: false)}
        {Parts.Pager(Link.To($"/agents/{view.Agent.Name}"), view.Conversations.Cursor, view.Conversations.HasMore, request.Cursor is null)}
        </section>
        </div>
        {MessageForm.To(view.Agent.Name, request)}
        """);

    private static Html Facts(View view, DateTimeOffset now) => Html.Of($"""
        <dl class="facts">
        {Fact("Status", Html.Of($"{Parts.Badge(view.Agent.Status)} {(view.Agent.Live ? "live" : "not live")}, heard from {Parts.Time(view.Agent.LastHeartbeatAt, now)}"))}
        {Fact("Type", Html.Of($"{view.Agent.Type}"))}
        {Fact("Project", Html.Of($"{view.Agent.Project}"))}
        {Html.If(view.Agent.Parent is not null, () => Fact("Works for", Parts.Agent(view.Agent.Parent)))}
        {Html.If(view.Agent.CurrentTask is not null, () => Fact("Works on", Html.Of($"<div class=\"words\" dir=\"auto\">{view.Agent.CurrentTask}</div>")))}
        {Html.If(view.Agent.Instruction is not null, () => Fact("Instruction", Html.Of($"<div class=\"words\" dir=\"auto\">{ActivityItem.Shorten(view.Agent.Instruction, 2000)}</div>")))}
        {Html.If(view.Agent.Capabilities.Length > 0, () => Fact("Capabilities", Html.Of($"{string.Join(", ", view.Agent.Capabilities)}")))}
        {Html.If(view.Agent.WorkspacePath is not null, () => Fact("Workspace", Html.Of($"<code>{view.Agent.WorkspacePath}</code>")))}
        {Fact("Unread mail", Html.Of($"{Parts.Number(view.Unread)}"))}
        {Fact("Used", Html.Of($"{Parts.Count(view.Agent.Tokens, "token")}, {Parts.Dollars(view.Agent.CostUsd)}, {Parts.Count(view.Agent.IterationCount, "iteration")}"))}
        {Fact("Registered", Parts.Time(view.Agent.CreatedAt, now))}
        </dl>
        """);

    private static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");

    private static Html Task(OpenTask task) => Html.Of($"<li>{Parts.Badge(task.Status)} <a href=\"{Link.To($"/tasks/{task.Id}")}\"><span dir=\"auto\">{ActivityItem.Shorten(task.Instruction, 160)}</span></a></li>\n");
}
