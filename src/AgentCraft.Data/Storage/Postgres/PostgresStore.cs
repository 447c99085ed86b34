using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>
/// What would be a SQLite file: the central tables, or one agent's rows. Writes of this process queue up and are committed together, as
/// many as have come by the time that the store's lock is held; whatever can succeed by trying again is tried again, within bounds.
/// </summary>
internal sealed class PostgresStore(
    PostgresConnections connections, string owner, TimeSpan patience, Action<IReadOnlyList<string>> committed) : IOpenStore
{
    private const int LargestBatch = 256;
    private const int MostAttempts = 8;

    // Whose work this thread runs.
    [ThreadStatic]
    private static PostgresStore? _working;

    private readonly ConcurrentQueue<PendingWrite> _queue = new();
    private int _draining;
    private volatile bool _stopped;
    private volatile Life? _life;

    public async Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_working == this)
            throw new InvalidOperationException("A write ran inside another write's work; its statements belong on the connection that the work was given.");
        if (_stopped)
            throw StoreErrors.Stopping();
        PendingWrite<T> write = new(work, connections.Meter?.WriteWaits);
        _queue.Enqueue(write);
        Drain();
        return await write.Await(patience, cancellationToken, Busy);
    }

    public Task<T> Read<T>(Func<Connection, T> read, bool isLong, CancellationToken cancellationToken) => _stopped ? throw StoreErrors.Stopping() : Translated(() => Retry(connection =>
    {
        long start = Stopwatch.GetTimestamp();
        connection.BeginRead();
        try
        {
            if (isLong)
                connection.Execute("SET LOCAL statement_timeout = 0");
            return read(connection);
        }
        catch (PostgresException late) when (late.SqlState == PostgresErrorCodes.QueryCanceled && !isLong && connections.QueryTimeout is { } limit && Stopwatch.GetElapsedTime(start) >= limit)
        {
            throw StoreErrors.QueryTimeout(connections.Where, limit, late);
        }
        finally
        {
            connection.RollBack();
        }
    }, cancellationToken));

    /// <summary>Asked again when connections were lost: a restore may have been why.</summary>
    public async Task<string> Epoch(CancellationToken cancellationToken)
    {
        if (_life is { } life && life.Generation == connections.Generation)
            return life.Epoch;
        int generation = connections.Generation;
        _life = new(generation, await Read(c => c.First<string>("SELECT value FROM store_info WHERE key = 'epoch'")!, isLong: false, cancellationToken));
        return _life.Epoch;
    }

    /// <summary>The server tends itself.</summary>
    public bool TryTend(Func<Connection, bool> work) => false;

    /// <summary>Refuses what is new and waits for what is queued; the connections are closed by whoever made them.</summary>
    public void Close()
    {
        _stopped = true;
        SpinWait.SpinUntil(() => _queue.IsEmpty && Volatile.Read(ref _draining) == 0, patience);
    }

    public bool TryClose(Func<bool> retire)
    {
        if (!retire())
            return false;
        Close();
        return true;
    }

    /// <summary>A restore shows in the epoch.</summary>
    public bool IsReplaced => false;

    /// <summary>One batch after the other while there are any; only one drain at a time.</summary>
    private void Drain()
    {
        if (Interlocked.CompareExchange(ref _draining, 1, 0) == 0)
            _ = Task.Run(CommitQueued);
    }

    private async Task CommitQueued()
    {
        while (!_queue.IsEmpty)
            await CommitBatch();
        Volatile.Write(ref _draining, 0);
        // One may have come between the look and the mark.
        if (!_queue.IsEmpty)
            Drain();
    }

    private async Task CommitBatch()
    {
        List<PendingWrite> writes = [];
        List<string> names = [];
        try
        {
            await Retry<object?>(connection =>
            {
                connection.Begin();
                // Once the lock is held: whatever has queued while we waited goes along.
                if (writes.Count == 0)
                    writes = TakeQueued();
                _working = this;
                try
                {
                    new Batch(connection).Run(writes, names);
                }
                finally
                {
                    _working = null;
                    PendingWrite.Tell(writes);
                }
                connection.RollBack();
                return null;
            }, CancellationToken.None);
        }
        catch (Exception failure)
        {
            // While another replica writes, callers wait as long as their patience lasts; what they gave up must not stay queued.
            if (writes.Count == 0 && PostgresErrors.IsLockTimeout(failure))
                DropAbandoned();
            else
                Fail(writes.Count > 0 ? writes : TakeQueued(), connections.Dialect.Translate(failure));
        }
        Announce(names);
    }

    private void Announce(List<string> names)
    {
        try
        {
            if (names.Count > 0)
                committed(names);
        }
        catch (Exception)
        {
            // The rows are committed, whatever becomes of the waking; those who wait look again by themselves.
        }
    }

    private static void Fail(List<PendingWrite> writes, Exception failure)
    {
        foreach (PendingWrite write in writes)
            write.Fail(failure);
        PendingWrite.Tell(writes);
    }

    private void DropAbandoned()
    {
        while (_queue.TryPeek(out PendingWrite? first) && first.IsAbandoned)
            _queue.TryDequeue(out _);
    }

    private List<PendingWrite> TakeQueued()
    {
        List<PendingWrite> writes = [];
        while (writes.Count < LargestBatch && _queue.TryDequeue(out PendingWrite? write))
            if (write.TryStart())
                writes.Add(write);
        return writes;
    }

    /// <summary>Runs it on one connection after the other while failures are such that the next attempt may succeed.</summary>
    private async Task<T> Retry<T>(Func<Connection, T> work, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            Connection? connection = null;
            try
            {
                connection = await connections.Rent(owner, cancellationToken);
                return work(connection);
            }
            catch (Exception failure) when (PostgresErrors.IsTransient(failure) && attempt < MostAttempts && Stopwatch.GetElapsedTime(start) < patience)
            {
                if (failure is not PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
                    connections.Forget();
            }
            finally
            {
                if (connection is not null)
                    connections.Return(connection);
            }
            await Task.Delay(Random.Shared.Next(1, 5 << attempt), cancellationToken);
        }
    }

    private async Task<T> Translated<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (connections.Dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
    }

    private async ValueTask<AgentCraftException> Busy()
    {
        string? holder = null;
        try
        {
            holder = await Read(PostgresHolder.Find, isLong: false, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (Exception failure) when (failure is AgentCraftException or TimeoutException)
        {
            // Who it is would be good to know, no more.
        }
        return PostgresErrors.Busy(connections.Where, holder, patience);
    }

    /// <summary>The epoch, and since when it is known.</summary>
    private sealed record Life(int Generation, string Epoch);
}

/// <summary>Who holds the lock of a store.</summary>
internal static class PostgresHolder
{
    /// <summary>The application's name, as the server knows it; null when nobody holds it.</summary>
    public static string? Find(Connection connection) => All(connection, PostgresLocks.Writing(connection)).FirstOrDefault();

    /// <summary>The names of all who hold a lock.</summary>
    public static List<string> All(Connection connection, string name) => connection.Query<string>("""
        SELECT DISTINCT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (CAST(l.classid AS BIGINT) << 32 | CAST(l.objid AS BIGINT)) = hashtextextended(@Lock, 0)
        """, new { Lock = name });
}
