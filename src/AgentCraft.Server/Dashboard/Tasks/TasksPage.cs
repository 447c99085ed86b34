using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Tasks;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Tasks;

/// <summary>The tasks at the top of their trees, with how far each is.</summary>
internal sealed class TasksPage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        bool all = request.Query("all") is not null;
        TaskTopPage page = await stores.TaskTrees.ListTops(!all, Paging.DefaultLimit, request.Cursor, request.Gone);
        return new("Tasks", "/tasks", Body(page, all, request)) { Stream = StreamEndpoint.Address(kind: ActivityKind.Task) };
    }

    private static Html Body(TaskTopPage page, bool all, PageRequest request) => Html.Of($"""
        <ul class="tabs"><li><a href="/tasks"{Current(!all)}>Open</a></li><li><a href="/tasks?all=1"{Current(all)}>All</a></li></ul>
        <div id="tasks" data-refresh>
        {(page.Tasks.Count == 0 ? Parts.Empty(all ? "There are no tasks yet." : "No task is open.") : Html.Of($"<ul class=\"tree tasks\">{Html.Each(page.Tasks, task => Html.Of($"<li>{TaskLine.Of(task, request.Now, hasPage: true)}</li>"))}</ul>"))}
        {Parts.Pager(Link.To($"/tasks").With("all", all ? "1" : null), page.Cursor, page.HasMore, request.Cursor is null)}
        </div>
        """);

    private static Html Current(bool isIt) => isIt ? Html.Of($" aria-current=\"true\"") : Html.None;
}
