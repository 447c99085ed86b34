using System.Collections.Concurrent;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Search;

/// <summary>
/// Keeps the full-text indexes: reads what has come since the last time, makes tokens of it while nobody waits, and puts them in by short
/// transactions of its own. It does so before a search and once nothing has been written for a while, never in a writer's commit.
/// </summary>
public sealed class SearchIndex(Databases databases) : IDisposable
{
    /// <summary>How long nothing must be written before the index is brought up to date.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private const int RowsAtOnce = 200;
    private const int CharactersAtOnce = 400_000;
    private const int MostBeforeSearch = 50;
    private const int MostCounted = 10_000;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<long>>> _others = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private long _lastChange;
    private int _waiting;

    /// <summary>Something was written that is searched: it is indexed when it has become quiet.</summary>
    internal void Changed()
    {
        Volatile.Write(ref _lastChange, databases.Time.GetTimestamp());
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
            _ = Task.Run(IndexWhenIdle);
    }

    /// <summary>As above, for an index that is kept elsewhere.</summary>
    /// <param name="what">Which index: several changes of one are one piece of work.</param>
    /// <param name="catchUp">Brings it some way forward, and returns how many are left.</param>
    internal void Changed(string what, Func<CancellationToken, Task<long>> catchUp)
    {
        _others[what] = catchUp;
        Changed();
    }

    /// <summary>A row will no longer be one of the noun's: to be called before, in the same transaction.</summary>
    internal static void Forget(Connection c, SearchedNoun noun, long? seq) => c.Execute($"""
        INSERT INTO search_deleted (noun, row_seq, text)
        SELECT @Noun, {noun.Seq}, {noun.Text} FROM {noun.Rows}
        WHERE {noun.Seq} = @Seq AND {noun.Seq} <= (SELECT indexed_seq FROM search_progress WHERE noun = @Noun)
        """, new { Noun = noun.Name, Seq = seq });

    /// <summary>Before a search: indexes at most some ten thousand rows.</summary>
    /// <returns>How many are still to be indexed, and so cannot be found; counted up to 10,000.</returns>
    internal async Task<long> CatchUp(SearchedNoun noun, CancellationToken cancellationToken)
    {
        try
        {
            return await CatchUpALittle(noun, cancellationToken) ? 0 : await CountMissing(noun, cancellationToken);
        }
        catch (AgentCraftException busy) when (busy.Retryable || busy.Code == ErrorCodes.DiskFull)
        {
            return await CountMissing(noun, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Cancel();

    /// <summary>Some batches, so that others get their turn; true when nothing is left to do.</summary>
    private async Task<bool> CatchUpALittle(SearchedNoun noun, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (int batches = 0; batches < MostBeforeSearch; batches++)
            {
                Batch batch = await databases.Central.Read(c => Next(c, noun), cancellationToken);
                if (batch.IsEmpty)
                    return true;
                List<(long Seq, List<string> Tokens)> added = Tokens(batch.Added), removed = Tokens(batch.Removed);
                await databases.Central.Write(c => Apply(c, noun, batch, added, removed), cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
        return false;
    }

    private async Task IndexWhenIdle()
    {
        try
        {
            while (databases.Time.GetElapsedTime(Volatile.Read(ref _lastChange)) < Idle)
                await Task.Delay(Idle, _stopping.Token);
            // Before the work: what changes from now on may come too late for it.
            Volatile.Write(ref _waiting, 0);
            foreach (SearchedNoun noun in SearchedNoun.All)
                while (!await CatchUpALittle(noun, _stopping.Token))
                {
                }
            foreach (string what in _others.Keys)
                if (_others.TryRemove(what, out Func<CancellationToken, Task<long>>? catchUp))
                    await CatchUpToTheEnd(catchUp);
        }
        catch (Exception failure) when (failure is AgentCraftException or OperationCanceledException)
        {
            // Nobody waits for it: the next search does it.
            Volatile.Write(ref _waiting, 0);
        }
    }

    /// <summary>What does not become less is somebody else's turn: a search, or the next change, goes on with it.</summary>
    private async Task CatchUpToTheEnd(Func<CancellationToken, Task<long>> catchUp)
    {
        for (long before = long.MaxValue, left; (left = await catchUp(_stopping.Token)) > 0 && left < before; before = left)
        {
        }
    }

    private static Batch Next(Connection c, SearchedNoun noun)
    {
        List<SearchedRow> removed = c.Query<SearchedRow>("SELECT seq, text FROM search_deleted WHERE noun = @Noun ORDER BY seq LIMIT 20", new { Noun = noun.Name });
        long indexed = c.First<long>("SELECT indexed_seq FROM search_progress WHERE noun = @Noun", new { Noun = noun.Name });
        List<RowSize> sizes = c.Query<RowSize>($"""
            SELECT {noun.Seq} AS seq, length({noun.Text}) AS size FROM {noun.Rows} WHERE {noun.Seq} > @Indexed ORDER BY {noun.Seq} LIMIT {RowsAtOnce}
            """, new { Indexed = indexed });
        long characters = 0, last = indexed;
        foreach (RowSize row in sizes.TakeWhile(row => characters == 0 || characters + row.Size <= CharactersAtOnce))
            (characters, last) = (characters + row.Size + 1, row.Seq);
        List<SearchedRow> added = last == indexed ? [] : c.Query<SearchedRow>($"""
            SELECT {noun.Seq} AS seq, {noun.Text} AS text FROM {noun.Rows} WHERE {noun.Seq} > @Indexed AND {noun.Seq} <= @Last ORDER BY {noun.Seq}
            """, new { Indexed = indexed, Last = last });
        return new(indexed, last, added, removed);
    }

    private static List<(long Seq, List<string> Tokens)> Tokens(List<SearchedRow> rows) =>
        [.. rows.Select(row => (row.Seq, Tokenizer.Split(row.Text).Select(token => token.Text).ToList()))];

    /// <summary>Another process may have done the same in the meantime, and rows may have gone.</summary>
    private static bool Apply(
        Connection c, SearchedNoun noun, Batch batch, List<(long Seq, List<string> Tokens)> added, List<(long Seq, List<string> Tokens)> removed)
    {
        FullText engine = c.Dialect.FullText;
        foreach ((long seq, List<string> tokens) in removed)
            if (c.First<long?>("DELETE FROM search_deleted WHERE seq = @Seq RETURNING row_seq", new { Seq = seq }) is { } gone)
                engine.Remove(c, noun.Index, gone, tokens);
        if (c.Execute("UPDATE search_progress SET indexed_seq = @Last WHERE noun = @Noun AND indexed_seq = @Indexed",
                new { Noun = noun.Name, batch.Indexed, batch.Last }) == 0)
            return false;
        HashSet<long> there = [.. c.Query<long>($"SELECT {noun.Seq} FROM {noun.Rows} WHERE {noun.Seq} > @Indexed AND {noun.Seq} <= @Last", new { batch.Indexed, batch.Last })];
        foreach ((long seq, List<string> tokens) in added.Where(row => there.Contains(row.Seq)))
            engine.Add(c, noun.Index, seq, tokens);
        return true;
    }

    private Task<long> CountMissing(SearchedNoun noun, CancellationToken cancellationToken) => databases.Central.Read(c => c.First<long>($"""
        SELECT count(*) FROM (
            SELECT 1 FROM {noun.Rows} WHERE {noun.Seq} > (SELECT indexed_seq FROM search_progress WHERE noun = @Noun) LIMIT {MostCounted}) missing
        """, new { Noun = noun.Name }), cancellationToken);

    /// <summary>Where the index ended, where it will, and what comes and goes.</summary>
    private sealed record Batch(long Indexed, long Last, List<SearchedRow> Added, List<SearchedRow> Removed)
    {
        public bool IsEmpty => Added.Count == 0 && Removed.Count == 0;
    }

    private sealed class RowSize
    {
        public long Seq { get; init; }
        public long Size { get; init; }
    }
}
