using AgentCraft.Data;
using AgentCraft.Data.Search;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Search;

/// <summary>Where a text stands: a few of each kind of thing, or all of one kind, page by page.</summary>
internal sealed class SearchPage(Stores stores)
{
    private const int Few = 5;

    private readonly SearchSources _sources = new(stores);

    public async Task<Page> Get(PageRequest request)
    {
        string? text = request.Query("q");
        if (text is null)
            return new("Search", "/search", Html.Of($"<p>Type words above: all of them must occur. <code>\"Words in quotes\"</code> must follow each other, <code>word*</code> stands for whatever begins so.</p>"));
        SearchSource? only = request.Query("in") is not { } kind ? null : _sources.All.FirstOrDefault(one => one.Kind == kind)
            ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"There is no kind '{Text.Shown(kind, 40)}' to search in.", "Choose one of the kinds that the page shows.");
        List<Html> sections = [];
        foreach (SearchSource source in only is null ? _sources.All.Where(one => !one.IsOnRequest) : [only])
            sections.Add(await Section(source, text, only is not null, request));
        return new($"Search: {Text.Shown(text, 80)}", "/search", Html.Of($"""
            <ul class="tabs"><li><a href="{Address(text)}"{Current(only is null)}>Everything</a></li>{Html.Each(_sources.All, one => Html.Of($"<li><a href=\"{Address(text).With("in", one.Kind)}\"{Current(one == only)}>{one.Name}</a></li>"))}</ul>
            {Html.Each(sections, section => section)}
            {Html.If(sections.TrueForAll(section => section.IsEmpty), () => Parts.Empty("Nothing was found."))}
            """));
    }

    private static async Task<Html> Section(SearchSource source, string text, bool isAll, PageRequest request)
    {
        FoundPage found;
        try
        {
            found = await source.Find(text, new() { Limit = isAll ? Paging.DefaultLimit : Few, Cursor = isAll ? request.Cursor : null }, request);
        }
        catch (AgentCraftException refusal) when (!isAll && refusal.Code is ErrorCodes.InvalidArgument or ErrorCodes.QueryTimeout)
        {
            return Html.Of($"<section><h2>{source.Name}</h2><p class=\"faint\">{refusal.Message}</p></section>");
        }
        return found.Hits.Count == 0 ? Html.None : Html.Of($"""
            <section><h2>{source.Name}</h2>
            <ol class="entries">{Html.Each(found.Hits, hit => hit)}</ol>
            {Html.If(found.NotIndexed > 0, () => Html.Of($"<p class=\"faint\">The newest {Parts.Number(found.NotIndexed)} are not indexed yet: search again for them.</p>"))}
            {(isAll ? Parts.Pager(Address(text).With("in", source.Kind), found.Cursor, found.HasMore, request.Cursor is null)
                : Html.If(found.HasMore, () => Html.Of($"<p><a href=\"{Address(text).With("in", source.Kind)}\">More in {source.Name}</a></p>")))}
            </section>
            """);
    }

    private static Link Address(string text) => Link.To($"/search").With("q", text);

    private static Html Current(bool isIt) => isIt ? Html.Of($" aria-current=\"true\"") : Html.None;
}

/// <summary>What was found in one kind of thing.</summary>
internal sealed record FoundPage(IReadOnlyList<Html> Hits, bool HasMore = false, string? Cursor = null, long NotIndexed = 0);

/// <summary>A kind of thing that can be searched.</summary>
/// <param name="Kind">In addresses.</param>
/// <param name="Name">On the page.</param>
/// <param name="Find">Finds a page of it.</param>
/// <param name="IsOnRequest">Too much work to be done for a search of everything.</param>
internal sealed record SearchSource(string Kind, string Name, Func<string, SearchPaging, PageRequest, Task<FoundPage>> Find, bool IsOnRequest = false);
