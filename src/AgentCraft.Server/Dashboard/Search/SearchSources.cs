using AgentCraft.Data;
using AgentCraft.Data.Documents;
using AgentCraft.Data.History;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Search;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Search;

/// <summary>All kinds of things that can be searched.</summary>
internal sealed class SearchSources
{
    private const int MostHistories = 20;
    private const int Longest = 300;

    private readonly Stores _stores;

    public SearchSources(Stores stores)
    {
        _stores = stores;
        All =
        [
            new("agents", "Agents", (text, page, request) => Plain(stores.PlainSearch.Agents(text, page.Limit + 1, request.Gone), page, request, found => Link.To($"/agents/{found.Id}"))),
            new("messages", "Messages", Messages),
            new("tasks", "Tasks", (text, page, request) => Plain(stores.PlainSearch.Tasks(text, page.Limit + 1, request.Gone), page, request, found => Link.To($"/tasks/{found.Id}"))),
            new("handovers", "Hand-overs", (text, page, request) => Plain(stores.Handovers.Search(text, page.Limit + 1, request.Gone), page, request, found => Link.To($"/handovers/{found.Id}"))),
            new("documents", "Documents", Documents),
            new("outputs", "Outputs", Outputs),
            new("events", "Events", (text, page, request) => Plain(stores.PlainSearch.Events(text, page.Limit + 1, request.Gone), page, request, found => Link.To($"/events").With("type", found.Title))),
            new("history", "History", History, IsOnRequest: true),
        ];
    }

    public IReadOnlyList<SearchSource> All { get; }

    private async Task<FoundPage> Messages(string text, SearchPaging page, PageRequest request)
    {
        MessageHitPage found = await _stores.MessageSearch.Find(new() { Query = text }, page, request.Gone);
        return new([.. found.Messages.Select(hit => Hit(
            Html.Of($"{Parts.Agent(hit.From)} <span class=\"faint\">to</span> {Parts.Agent(hit.To)} {Parts.Badge(hit.Type)} <a href=\"{Link.To($"/messages/{hit.Id}")}\">message</a> <a href=\"{Link.To($"/threads/{hit.ThreadId}")}\">thread</a> {Parts.Time(hit.CreatedAt, request.Now)}"),
            Marked(hit.Excerpt, hit.Matches)))], found.HasMore, found.Cursor, found.NotIndexed ?? 0);
    }

    private async Task<FoundPage> Documents(string text, SearchPaging page, PageRequest request)
    {
        DocumentHitPage found = await _stores.DocumentSearch.Find(text, new(), page, request.Gone);
        return new([.. found.Documents.Select(hit => Hit(
            Html.Of($"<b>{hit.Name}</b> <span class=\"badge\">{hit.Category}</span> version {hit.Version} by {Parts.Agent(hit.SavedBy)} {Parts.Time(hit.SavedAt, request.Now)}"), Marked(hit.Excerpt, hit.Matches)))],
            found.HasMore, found.Cursor, found.NotIndexed ?? 0);
    }

    private async Task<FoundPage> Outputs(string text, SearchPaging page, PageRequest request)
    {
        OutputHitPage found = await _stores.OutputSearch.Find(text, new(), allVersions: false, new() { Limit = page.Limit, Cursor = page.Cursor }, request.Gone);
        return new([.. found.Outputs.Select(hit => Hit(
            Html.Of($"<code>{hit.Output.Path}</code> version {hit.Output.Version} by {Parts.Agent(hit.Output.Agent)} {Parts.Time(hit.Output.CreatedAt, request.Now)}"), Marked(hit.Excerpt, hit.Matches)))],
            found.HasMore, found.Cursor, found.NotIndexed ?? 0);
    }

    /// <summary>Each agent keeps its own: those of the first live agents are looked through, or of the one that is named.</summary>
    private async Task<FoundPage> History(string text, SearchPaging page, PageRequest request)
    {
        IReadOnlyList<string> agents = request.Query("agent") is { } named ? [named]
            : [.. (await _stores.AgentBoard.Get(all: false, MostHistories, cursor: null, request.Gone)).Agents.Select(agent => agent.Name)];
        List<Html> hits = [];
        foreach (string agent in agents)
        {
            HistoryHitPage found = await _stores.HistorySearch.Find(new() { Agent = agent, Query = text }, new() { Limit = page.Limit }, request.Gone);
            hits.AddRange(found.Entries.Select(hit => Hit(
                Html.Of($"{Parts.Agent(agent)} {Parts.Badge(hit.Role)} {Parts.Time(hit.CreatedAt, request.Now)}"), Marked(hit.Excerpt, hit.Matches))));
        }
        return new(hits);
    }

    private static async Task<FoundPage> Plain(Task<List<FoundText>> search, SearchPaging page, PageRequest request, Func<FoundText, Link> link)
    {
        List<FoundText> found = await search;
        return new([.. found.Take(page.Limit).Select(hit => Hit(
            Html.Of($"<a href=\"{link(hit)}\">{ActivityItem.Shorten(hit.Title, 160)}</a> {Parts.Time(hit.At, request.Now)}"), Html.Of($"{ActivityItem.Shorten(hit.Excerpt, Longest)}")))]);
    }

    private static Html Hit(Html head, Html excerpt) => Html.Of($"<li class=\"entry\"><p class=\"entry-head\">{head}</p><p class=\"words\" dir=\"auto\">{excerpt}</p></li>\n");

    /// <summary>The piece with what was searched for marked in it.</summary>
    private static Html Marked(string excerpt, IReadOnlyList<TextMatch> matches)
    {
        int end = 0;
        List<Html> pieces = [];
        foreach (TextMatch match in matches.Where(match => match.Start + match.Length <= excerpt.Length))
        {
            if (match.Start < end)
                continue;
            pieces.Add(Html.Of($"{excerpt[end..match.Start]}<mark>{excerpt.Substring(match.Start, match.Length)}</mark>"));
            end = match.Start + match.Length;
        }
        return Html.Of($"{Html.Each(pieces, piece => piece)}{excerpt[end..]}");
    }
}
