using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Handovers;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Handovers;

/// <summary>All versions of all hand-overs, the newest first.</summary>
internal sealed class HandoversPage(Stores stores)
{
    public async Task<Page> Get(PageRequest request)
    {
        HandoverStatus? status = request.Query<HandoverStatus>("status");
        AgentCraft.Data.Handovers.HandoverPage page = await stores.Handovers.List(new() { Status = status, Cursor = request.Cursor }, request.Gone);
        return new("Hand-overs", "/handovers", Html.Of($"""
            <ul class="tabs"><li><a href="/handovers"{Current(status is null)}>All</a></li>{Html.Each(Enum.GetValues<HandoverStatus>(), one => Html.Of($"<li><a href=\"{Link.To($"/handovers").With("status", Parts.Word(one))}\"{Current(status == one)}>{Parts.Word(one)}</a></li>"))}</ul>
            <div id="handovers" data-refresh>
            {(page.Handovers.Count == 0 ? Parts.Empty("There is none.") : Rows(page, request.Now))}
            {Parts.Pager(Link.To($"/handovers").With("status", status is { } chosen ? Parts.Word(chosen) : null), page.Cursor, page.HasMore, request.Cursor is null)}
            </div>
            """))
        { Stream = StreamEndpoint.Address(kind: ActivityKind.Handover) };
    }

    private static Html Rows(AgentCraft.Data.Handovers.HandoverPage page, DateTimeOffset now) =>
        new Table($"{Parts.Count(page.Total, "version")}, the newest first", ["Title", "#Version", "Status", "Rules", "Author", "Made", "Decided by"], isCaptionShown: true)
            .Rows(page.Handovers, item =>
            [
                Html.Of($"<a href=\"{Link.To($"/handovers/{item.Id}").With("version", $"{item.Version}")}\"><span dir=\"auto\">{ActivityItem.Shorten(item.Title, 160)}</span></a>"),
                Html.Of($"{item.Version}"), Parts.Badge(item.Status), Parts.Badge(item.ValidationStatus), Parts.Agent(item.Author), Parts.Time(item.CreatedAt, now),
                item.DecidedBy is null ? Html.None : Parts.Agent(item.DecidedBy),
            ]).Markup;

    private static Html Current(bool isIt) => isIt ? Html.Of($" aria-current=\"true\"") : Html.None;
}
