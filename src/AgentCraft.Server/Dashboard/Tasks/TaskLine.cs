using AgentCraft.Data.Tasks;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Tasks;

/// <summary>A task in a tree: where it stands, who works on it, how far everything below it is.</summary>
internal static class TaskLine
{
    private const int Longest = 240;

    public static Html Of(TaskNode task, DateTimeOffset now, bool hasPage) => Html.Of($"""
        <div class="line">{Parts.Badge(task.Status)}{Html.If(task.Abandoned, () => Parts.Badge("abandoned"))}
        {Instruction(task, hasPage)}
        <span class="facts">{Progress(task)}{Html.If(task.WaitsFor > 0, () => Html.Of($"<span class=\"faint\">waits for {Parts.Number(task.WaitsFor)}</span> "))}{Html.If(task.Priority != 0, () => Html.Of($"<span class=\"faint\">priority {Parts.Number(task.Priority)}</span> "))}{Parts.Agent(task.Assignee)} {Parts.Time(task.UpdatedAt, now)}</span>
        </div>
        """);

    /// <summary>A bar and its number; nothing for a task without parts.</summary>
    public static Html Progress(TaskNode task) => task.Progress is not { Total: > 0 } progress ? Html.None : Html.Of($"""
        <span class="progress"><progress max="100" value="{progress.Percent}" aria-label="Done"></progress> {progress.Percent} % of {Parts.Count(progress.Total, "task")}</span>
        """);

    private static Html Instruction(TaskNode task, bool hasPage)
    {
        Html text = Html.Of($"<span class=\"works\" dir=\"auto\">{ActivityItem.Shorten(task.Instruction, Longest)}</span>");
        return hasPage ? Html.Of($"<a href=\"{Link.To($"/tasks/{task.Id}")}\">{text}</a>") : text;
    }
}
