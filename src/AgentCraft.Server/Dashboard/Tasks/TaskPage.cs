using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Tasks;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Tasks;

/// <summary>A task with everything below it.</summary>
internal sealed class TaskPage(Stores stores)
{
    private const int Longest = 20_000;

    public async Task<Page> Get(PageRequest request)
    {
        TaskTree tree = await stores.TaskTrees.Get(request.Route("id"), Paging.LargestLimit, request.Gone);
        return new("Task", "/tasks", Body(tree, request.Now)) { Stream = StreamEndpoint.Address(kind: ActivityKind.Task) };
    }

    private static Html Body(TaskTree tree, DateTimeOffset now) => Html.Of($"""
        <div id="task" data-refresh>
        <p class="words lead" dir="auto">{ActivityItem.Shorten(tree.Tasks[0].Instruction, Longest)}</p>
        {Facts(tree.Tasks[0], now)}
        {Html.If(tree.Tasks[0].Result is not null, () => Html.Of($"<section aria-labelledby=\"result\"><h2 id=\"result\">Result</h2><div class=\"words\" dir=\"auto\">{ActivityItem.Shorten(tree.Tasks[0].Result, Longest)}</div></section>"))}
        <section aria-labelledby="parts"><h2 id="parts">Below it</h2>
        {(tree.Tasks.Count == 1 ? Parts.Empty("Nothing.") : Html.Of($"<ul class=\"tree tasks\">{Level(tree.Tasks, 1, tree.Tasks.Count, now)}</ul>"))}
        {Html.If(tree.HasMore, () => Html.Of($"<p class=\"faint\">{Parts.Number(tree.Total - tree.Tasks.Count)} more lie deeper: open a task to begin with it.</p>"))}
        </section>
        </div>
        """);

    private static Html Level(IReadOnlyList<TaskNode> tasks, int from, int to, DateTimeOffset now)
    {
        List<(TaskNode Task, int Begin, int End)> brothers = [];
        for (int i = from; i < to;)
        {
            int end = i + 1;
            while (end < to && tasks[end].Depth > tasks[i].Depth)
                end++;
            brothers.Add((tasks[i], i + 1, end));
            i = end;
        }
        return Html.Each(brothers, one => Html.Of($"""
            <li>{TaskLine.Of(one.Task, now, hasPage: true)}{Html.If(one.End > one.Begin, () => Html.Of($"<ul>{Level(tasks, one.Begin, one.End, now)}</ul>"))}</li>

            """));
    }

    private static Html Facts(TaskNode task, DateTimeOffset now) => Html.Of($"""
        <dl class="facts">
        {Fact("Status", Html.Of($"{Parts.Badge(task.Status)}{Html.If(task.Abandoned, () => Parts.Badge("abandoned"))} {TaskLine.Progress(task)}"))}
        {Fact("Assignee", Parts.Agent(task.Assignee))}
        {Fact("Wanted by", Parts.Agent(task.CreatedBy))}
        {Fact("Project", Html.Of($"{task.Project}"))}
        {Html.If(task.Parent is not null, () => Fact("Part of", Html.Of($"<a href=\"{Link.To($"/tasks/{task.Parent!}")}\">the task above</a>")))}
        {Html.If(task.DependsOn is { Count: > 0 }, () => Fact("Depends on", Html.Each(task.DependsOn!, on => Html.Of($"<a href=\"{Link.To($"/tasks/{on.Id}")}\">task</a> {Parts.Badge(on.Status)} "))))}
        {Html.If(task.Process is not null, () => Fact("Process", Html.Of($"{task.Process}")))}
        {Html.If(task.LeaseUntil is not null, () => Fact("Lease ends", Parts.Time(task.LeaseUntil, now)))}
        {Fact("Made", Parts.Time(task.CreatedAt, now))}
        {Html.If(task.StartedAt is not null, () => Fact("Begun", Parts.Time(task.StartedAt, now)))}
        {Html.If(task.EndedAt is not null, () => Fact("Ended", Parts.Time(task.EndedAt, now)))}
        </dl>
        """);

    private static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");
}
