using AgentCraft.Data.Agents;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>
/// Keeps the full-text index of outputs, in the central file, so that a question opens no agent's file but those that hold the answer. The
/// contents lie in the agents' files: those that came since the last time are read there before a search.
/// </summary>
internal sealed class OutputIndex(Databases databases, OutputFiles files)
{
    /// <summary>By so much of a content it is found.</summary>
    public const int MostCharacters = 500_000;

    private const string Noun = "outputs";
    private const int RowsAtOnce = 20;
    private const int BytesAtOnce = 2_000_000;
    private const int MostBatches = 200;
    private const int MostCounted = 10_000;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>What is searched.</summary>
    public static readonly SearchedNoun Searched = new(Noun, "search_outputs", "outputs o JOIN output_paths w ON w.seq = o.path_seq", "o.seq", "w.path");

    /// <summary>Indexes at most some thousand outputs: soon after they were recorded, while the files are open, and before a search what is left.</summary>
    /// <returns>How many are still to be indexed, and so cannot be found; counted up to 10,000.</returns>
    public async Task<long> CatchUp(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (int i = 0; i < MostBatches; i++)
            {
                (long indexed, List<NewRow> rows) = await databases.Central.Read(Next, cancellationToken);
                if (rows.Count == 0)
                    return 0;
                List<(long Seq, List<string> Tokens)> tokens = [];
                foreach (NewRow row in rows)
                    tokens.Add((row.Seq, await Tokens(row, cancellationToken)));
                await databases.Central.Write(c => Apply(c, indexed, tokens), cancellationToken);
            }
        }
        catch (AgentCraftException busy) when (busy.Retryable || busy.Code == ErrorCodes.DiskFull)
        {
            // What is indexed can be found; the rest is counted.
        }
        finally
        {
            _turn.Release();
        }
        return await databases.Central.Read(c => c.First<long>($"""
            SELECT count(*) FROM (SELECT 1 FROM outputs WHERE seq > (SELECT indexed_seq FROM search_progress WHERE noun = @Noun) LIMIT {MostCounted}) missing
            """, new { Noun }), cancellationToken);
    }

    private static (long, List<NewRow>) Next(Connection c)
    {
        long indexed = c.First<long>("SELECT indexed_seq FROM search_progress WHERE noun = @Noun", new { Noun }), bytes = 0;
        return (indexed, [.. c.Query<NewRow>($"""
            SELECT o.seq, o.checksum, o.size, o.is_text, a.id AS agent_id, a.name, a.type FROM outputs o JOIN agents a ON a.seq = o.agent_seq
            WHERE o.seq > @Indexed ORDER BY o.seq LIMIT {RowsAtOnce}
            """, new { Indexed = indexed }).TakeWhile(row => (bytes += row.Size) == row.Size || bytes <= BytesAtOnce)]);
    }

    /// <summary>None for bytes, and for what cannot be read any more: it must not stand in the way of the others.</summary>
    private async Task<List<string>> Tokens(NewRow row, CancellationToken cancellationToken)
    {
        try
        {
            string? content = row.IsText ? await files.Find(new() { Id = row.AgentId, Name = row.Name, Type = row.Type }, row.Checksum, cancellationToken) : null;
            return content is null ? [] : [.. Tokenizer.Split(Searchable(content)).Select(token => token.Text)];
        }
        catch (AgentCraftException broken) when (!broken.Retryable)
        {
            return [];
        }
    }

    /// <summary>The part of a content that is in the index.</summary>
    public static string Searchable(string content) => content.Length <= MostCharacters ? content : content[..MostCharacters];

    /// <summary>Another process may have done the same in the meantime, and rows may have gone.</summary>
    private static bool Apply(Connection c, long indexed, List<(long Seq, List<string> Tokens)> tokens)
    {
        if (c.Execute("UPDATE search_progress SET indexed_seq = @Last WHERE noun = @Noun AND indexed_seq = @Indexed", new { Noun, Last = tokens[^1].Seq, Indexed = indexed }) == 0)
            return false;
        HashSet<long> there = [.. c.Query<long>("SELECT seq FROM outputs WHERE seq > @Indexed AND seq <= @Last", new { Indexed = indexed, Last = tokens[^1].Seq })];
        foreach ((long seq, List<string> words) in tokens.Where(row => row.Tokens.Count > 0 && there.Contains(row.Seq)))
            c.Dialect.FullText.Add(c, Searched.Index, seq, words);
        return true;
    }

    private sealed class NewRow
    {
        public long Seq { get; init; }
        public string Checksum { get; init; } = "";
        public long Size { get; init; }
        public bool IsText { get; init; }
        public string AgentId { get; init; } = "";
        public string Name { get; init; } = "";
        public string Type { get; init; } = "";
    }
}
