using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>
/// Read-only connections that stay open: as many as there were readers at the same moment, but no more than the settings allow; who comes
/// then waits for one. A read that takes too long is interrupted. See DESIGN.md in this folder.
/// </summary>
internal sealed class Readers(string path, StoreSettings settings, Dialect dialect, Func<Connection> open)
{
    // So many steps of SQLite's machine are a fraction of a millisecond.
    private const int StepsBetweenLooks = 2000;

    // A read inside a read has a connection of its own beyond the bound: it would wait for itself.
    [ThreadStatic]
    private static Readers? _reading;

    private readonly ConcurrentBag<Reader> _idle = [];
    private readonly SemaphoreSlim _places = new(settings.MaxConnections);
    private volatile bool _closed;

    /// <summary>Runs the reads in one read transaction, so that they all see the same state.</summary>
    /// <param name="read">The reads.</param>
    /// <param name="limit">After how long it is interrupted; zero for never.</param>
    /// <param name="cancellationToken">Gives up waiting for a connection.</param>
    /// <exception cref="AgentCraftException"><c>query_timeout</c>; <c>store_busy</c> when all connections are in use for too long</exception>
    public Task<T> Read<T>(Func<Connection, T> read, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_closed)
            throw StoreErrors.Stopping();
        if (_reading == this)
            return Task.FromResult(ReadNow(read, limit));
        return _places.Wait(0, CancellationToken.None) ? Task.FromResult(InPlace(read, limit)) : Waited(read, limit, cancellationToken);
    }

    /// <summary>Closes those that are idle, and each of the others when its read has ended.</summary>
    public void Close()
    {
        _closed = true;
        while (_idle.TryTake(out Reader? reader))
            reader.Connection.Dispose();
    }

    private async Task<T> Waited<T>(Func<Connection, T> read, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(settings.WriteTimeout, cancellationToken))
            throw StoreErrors.Exhausted(path, settings.MaxConnections, settings.WriteTimeout);
        return InPlace(read, limit);
    }

    private T InPlace<T>(Func<Connection, T> read, TimeSpan limit)
    {
        Readers? before = _reading;
        _reading = this;
        try
        {
            return ReadNow(read, limit);
        }
        finally
        {
            _reading = before;
            _places.Release();
        }
    }

    private T ReadNow<T>(Func<Connection, T> read, TimeSpan limit)
    {
        if (_closed)
            throw StoreErrors.Stopping();
        Reader? reader = null;
        try
        {
            reader = _idle.TryTake(out Reader? kept) ? kept : new Reader(open());
            reader.Begin(limit);
            return InSnapshot(reader.Connection, read);
        }
        catch (SqliteException interrupted) when (interrupted.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw StoreErrors.QueryTimeout(path, limit, interrupted);
        }
        catch (Exception failure) when (dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
        finally
        {
            if (reader is not null)
                Keep(reader);
        }
    }

    private void Keep(Reader reader)
    {
        _idle.Add(reader);
        // A late one may close outside the gate: it is read-only, so it cannot checkpoint.
        if (_closed)
            Close();
    }

    private static T InSnapshot<T>(Connection connection, Func<Connection, T> read)
    {
        connection.BeginRead();
        try
        {
            return read(connection);
        }
        finally
        {
            connection.RollBack();
        }
    }

    /// <summary>
    /// A connection that asks, while SQLite works, whether its time is up. SQLite asks on the thread of the read itself, so that no busy pool
    /// delays it and no interruption reaches the next read.
    /// </summary>
    private sealed class Reader
    {
        private readonly delegate_progress _isLate;
        private long _end = long.MaxValue;

        public Reader(Connection connection)
        {
            Connection = connection;
            _isLate = _ => Stopwatch.GetTimestamp() > _end ? 1 : 0;
            raw.sqlite3_progress_handler(((SqliteConnection)connection.Inner).Handle, StepsBetweenLooks, _isLate, null);
        }

        public Connection Connection { get; }

        public void Begin(TimeSpan limit) =>
            _end = limit > TimeSpan.Zero ? Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
    }
}
