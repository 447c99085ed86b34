using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>Full-text search of what outputs hold, as far as it is text.</summary>
public sealed class OutputSearch
{
    private const string NewestOnly = " AND NOT EXISTS (SELECT 1 FROM outputs n WHERE n.path_seq = o.path_seq AND n.seq > o.seq)";

    private readonly Databases _databases;
    private readonly ProjectStore _projects;
    private readonly AgentStore _agents;
    private readonly SessionStore _sessions;
    private readonly OutputFiles _files;
    private readonly OutputIndex _index;

    internal OutputSearch(Databases databases, ProjectStore projects, AgentStore agents, SessionStore sessions, OutputFiles files, OutputIndex index) =>
        (_databases, _projects, _agents, _sessions, _files, _index) = (databases, projects, agents, sessions, files, index);

    /// <summary>One page of the outputs that have all the words.</summary>
    /// <param name="text">Words that must all occur, "quoted phrases", beginnings of words with * behind.</param>
    /// <param name="filter">Of which outputs.</param>
    /// <param name="allVersions">False for the newest of each path only.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>payload_too_large</c>, <c>not_found</c></exception>
    public async Task<OutputHitPage> Find(string text, OutputFilter filter, bool allVersions, OutputPaging page, CancellationToken cancellationToken = default)
    {
        SearchQuery query = SearchQuery.Parse(text);
        string epoch = await _databases.Central.Epoch(cancellationToken);
        long missing = await _index.CatchUp(cancellationToken);
        (FoundPage found, List<(Output Output, AgentRef Maker)> outputs) = await _databases.Central.Read(c => Find(c, query, text, filter, allVersions, page, epoch), cancellationToken);
        List<OutputHit> hits = [];
        foreach ((Output output, AgentRef maker) in outputs)
            hits.Add(await Hit(output, maker, query, cancellationToken));
        return new() { Outputs = hits, Total = found.Total, HasMore = found.HasMore, Cursor = found.Cursor, NotIndexed = missing == 0 ? null : missing };
    }

    private (FoundPage, List<(Output, AgentRef)>) Find(Connection c, SearchQuery query, string text, OutputFilter filter, bool allVersions, OutputPaging page, string epoch)
    {
        OutputSelection all = OutputSelection.Of(c, filter, _projects, _agents, _sessions);
        Terms terms = new(query, c.Dialect.FullText, all);
        FoundRows rows = new(c, OutputIndex.Searched, OutputIndex.Searched.Rows, all.Where + (allVersions ? "" : NewestOnly), terms);
        SearchOrder order = page.Order == ListOrder.Asc ? SearchOrder.Asc : SearchOrder.Desc;
        FoundPage found = rows.Page(new() { Order = order, Limit = page.Limit, Cursor = page.Cursor }, Paging.ListName("search_outputs", text, filter, allVersions, order), epoch);
        return (found, [.. found.Seqs.Select(seq => c.First<Output>($"SELECT {OutputStore.Columns} FROM {OutputStore.Tables} WHERE o.seq = @Seq", new { Seq = seq })!)
            .Select(output => (output, OutputReading.Maker(c, output)))]);
    }

    private async Task<OutputHit> Hit(Output output, AgentRef maker, SearchQuery query, CancellationToken cancellationToken)
    {
        string? content = await _files.Find(maker, output.Checksum, cancellationToken);
        Excerpt? excerpt = content is null ? null : Excerpt.Of(OutputIndex.Searchable(content), query);
        return new() { Output = output, Excerpt = excerpt?.Text ?? "", Matches = excerpt?.Matches ?? [] };
    }

    private sealed class Terms(SearchQuery query, FullText engine, OutputSelection all) : RangedTerms(query, engine)
    {
        public long Project => all.Project;
        public long? Agent => all.Agent;
        public long? Session => all.Session;
        public OutputType? Type => all.Type;
        public string? Path => all.Path;
        public string? PathEnd => all.PathEnd;
        public DateTimeOffset? Since => all.Since;
        public DateTimeOffset? Until => all.Until;
    }
}
