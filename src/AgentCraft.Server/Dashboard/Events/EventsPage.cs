using AgentCraft.Data;
using AgentCraft.Data.Events;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Events;

/// <summary>What happened, the newest first, by type or agent.</summary>
internal sealed class EventsPage(Stores stores)
{
    private const int Limit = 50;
    private const int LongestData = 300;

    public async Task<Page> Get(PageRequest request)
    {
        EventFilter filter = new() { Type = request.Query("type"), Agent = request.Query("agent"), Session = request.Query("session"), EntityId = request.Query("entity") };
        EventPage page = await stores.Events.List(filter, new() { Limit = Limit, Cursor = request.Cursor }, request.Gone);
        Link here = Link.To($"/events").With("type", filter.Type).With("agent", filter.Agent).With("session", filter.Session).With("entity", filter.EntityId);
        return new("Events", "/events", Html.Of($"""
            {Filter(filter)}
            <div id="events" data-refresh>
            {(page.Events.Count == 0 ? Parts.Empty("Nothing of that kind happened.") : Rows(page, request.Now))}
            {Parts.Pager(here, page.Cursor, page.HasMore, request.Cursor is null)}
            </div>
            """))
        { Stream = StreamEndpoint.Address(filter.Agent) };
    }

    private static Html Filter(EventFilter filter) => Html.Of($"""
        <form class="filter" method="get" action="/events">
        <label>Type <input name="type" value="{filter.Type}" autocomplete="off"></label>
        <label>Agent <input name="agent" value="{filter.Agent}" autocomplete="off"></label>
        <label>What it happened to <input name="entity" value="{filter.EntityId}" autocomplete="off"></label>
        <button>Show</button> <a href="/events">All</a>
        </form>
        """);

    private static Html Rows(EventPage page, DateTimeOffset now) =>
        new Table($"{(page.Total is { } total ? Parts.Count(total, "event") : "More than 10,000 events")}, the newest first", ["What", "Agent", "To what", "Details", "When"], isCaptionShown: true)
            .Rows(page.Events, one =>
            [
                Html.Of($"<a href=\"{Link.To($"/events").With("type", one.Type)}\">{one.Type}</a>"), one.Agent is null ? Html.None : Parts.Agent(one.Agent), EntityLink.Of(one.EntityType, one.EntityId),
                Details(Parts.Json(one.Data)), Parts.Time(one.CreatedAt, now),
            ]).Markup;

    private static Html Details(string data) => data == "{}" ? Html.None : Html.Of($"<code class=\"data\">{ActivityItem.Shorten(data, LongestData)}</code>");
}
