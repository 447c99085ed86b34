using System.Collections.Concurrent;
using System.Diagnostics;
using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Storage;

/// <summary>
/// All writes of this process to one file. A lone write commits on its caller's thread when the gate is free at once; else it queues and
/// the writer thread commits whatever has queued up together. See DESIGN.md in this folder.
/// </summary>
internal sealed class Writer
{
    private const int LargestBatch = 256;

    private readonly string _path;
    private readonly WriteGate _gate;
    private readonly Batch _batch;
    private readonly Connection _connection;
    private readonly Histogram? _waits;
    private readonly Action<IReadOnlyList<string>> _committed;
    private readonly IGatedFile _file;
    private readonly ConcurrentQueue<PendingWrite> _queue = new();
    private readonly object _turn = new();
    private readonly AutoResetEvent _arrived = new(initialState: false);
    private int _threadStarted;
    private volatile bool _stopped;

    public Writer(string path, WriteGate gate, Connection connection, Action<IReadOnlyList<string>> committed, IGatedFile file)
    {
        (_path, _gate, _connection, _committed, _file) = (path, gate, connection, committed, file);
        _batch = new Batch(connection);
        _waits = connection.Meter?.WriteWaits;
    }

    /// <summary>Commits the work and returns its result.</summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c> when it is still queued after <paramref name="patience"/>.</exception>
    public Task<T> Write<T>(Func<Connection, T> work, TimeSpan patience, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Monitor.IsEntered(_turn))
            throw new InvalidOperationException("A write ran inside another write's work; its statements belong on the connection that the work was given.");
        return TryWriteInline(work, out T result) ? Task.FromResult(result) : Queue(work, patience, cancellationToken);
    }

    /// <summary>Runs in the gate what is no transaction, a checkpoint for instance, if nothing is queued and the gate is free at once.</summary>
    public bool TryTend(Func<Connection, bool> work)
    {
        if (!_queue.IsEmpty || !Monitor.TryEnter(_turn))
            return false;
        try
        {
            if (_stopped || !_gate.TryEnter())
                return false;
            try
            {
                _file.BeforeCommit();
                return work(_connection);
            }
            finally
            {
                LeaveGate();
            }
        }
        finally
        {
            Monitor.Exit(_turn);
        }
    }

    /// <summary>
    /// Refuses what is new, commits what is queued, ends the thread; then runs <paramref name="close"/> in the gate, which belongs around
    /// every closing of a connection.
    /// </summary>
    public void Stop(Action close)
    {
        _stopped = true;
        _arrived.Set();
        lock (_turn)
        {
            while (!_queue.IsEmpty)
                CommitBatch();
            InGate<object?>(() => { close(); return null; });
        }
    }

    /// <summary>The same while nothing is queued, if the gate is free at once and <paramref name="retire"/> agrees inside it.</summary>
    public bool TryStop(Func<bool> retire, Action close)
    {
        if (!Monitor.TryEnter(_turn))
            return false;
        try
        {
            if (!_gate.TryEnter())
                return false;
            try
            {
                if (!retire())
                    return false;
                _stopped = true;
                close();
            }
            finally
            {
                _gate.Exit();
            }
        }
        finally
        {
            Monitor.Exit(_turn);
        }
        _arrived.Set();
        return true;
    }

    private bool TryWriteInline<T>(Func<Connection, T> work, out T result)
    {
        result = default!;
        long start = Stopwatch.GetTimestamp();
        if (!_queue.IsEmpty || !Monitor.TryEnter(_turn))
            return false;
        IReadOnlyList<string> names;
        UnsyncedCommit? unsynced = null;
        try
        {
            if (_stopped || !_gate.TryEnter())
                return false;
            _waits?.AddSince(start);
            try
            {
                _file.BeforeCommit();
                (result, names) = _batch.RunAlone(work);
            }
            finally
            {
                unsynced = LeaveGate();
            }
        }
        finally
        {
            Monitor.Exit(_turn);
        }
        try
        {
            Sync(unsynced);
        }
        finally
        {
            Announce(names);
        }
        return true;
    }

    private async Task<T> Queue<T>(Func<Connection, T> work, TimeSpan patience, CancellationToken cancellationToken)
    {
        PendingWrite<T> write = new(work, _waits);
        _queue.Enqueue(write);
        if (_stopped && write.TryAbandon())
            throw StoreErrors.Stopping();
        WakeThread();
        return await write.Await(patience, cancellationToken, () => new(StoreErrors.Busy(_path, HolderFile.Read(_path), patience)));
    }

    private void WakeThread()
    {
        if (Interlocked.Exchange(ref _threadStarted, 1) == 0)
            new Thread(CommitQueued) { IsBackground = true, Name = "AgentCraft writer" }.Start();
        _arrived.Set();
    }

    private void CommitQueued()
    {
        while (_arrived.WaitOne() && !_stopped)
            while (!_queue.IsEmpty && !_stopped)
                lock (_turn)
                    // Whoever stopped it in the meantime has committed what was queued, and closed the connection.
                    if (!_stopped)
                        CommitBatch();
    }

    /// <summary>The caller has the turn.</summary>
    private void CommitBatch()
    {
        List<PendingWrite> writes = [];
        try
        {
            List<string> names = [];
            UnsyncedCommit? unsynced = InGate(() =>
            {
                _file.BeforeCommit();
                _batch.Run(writes = TakeQueued(), names);
                return _file.AfterCommit();
            });
            Sync(unsynced, writes);
            PendingWrite.Tell(writes);
            Announce(names);
        }
        catch (Exception failure)
        {
            // The gate failed, or the batch in a way that nobody foresaw: nobody may wait for ever, nor be told that what is committed will last.
            foreach (PendingWrite write in writes.Count > 0 ? writes : writes = TakeQueued())
            {
                write.Fail(failure);
                write.Doubt(StoreErrors.NotOnDisk(_path, failure.Message));
            }
            PendingWrite.Tell(writes);
        }
    }

    private void Sync(UnsyncedCommit? unsynced, List<PendingWrite> writes)
    {
        try
        {
            Sync(unsynced);
        }
        catch (AgentCraftException failure)
        {
            foreach (PendingWrite write in writes)
                write.Doubt(failure);
        }
    }

    /// <summary>What the disk did not take is saved at once, before anybody can find it and be told that it is there.</summary>
    private void Sync(UnsyncedCommit? unsynced)
    {
        if (unsynced is not { } commit)
            return;
        try
        {
            _file.Sync(commit);
        }
        catch (AgentCraftException)
        {
            Mend();
            throw;
        }
    }

    private void Mend()
    {
        try
        {
            lock (_turn)
                InGate<object?>(() => { _file.BeforeCommit(); return null; });
        }
        catch (Exception)
        {
            // The next write tries again before it writes anything.
        }
    }

    private UnsyncedCommit? LeaveGate()
    {
        try
        {
            return _file.AfterCommit();
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Announce(IReadOnlyList<string> names)
    {
        try
        {
            _committed(names);
        }
        catch (Exception)
        {
            // The rows are committed, whatever becomes of the waking; those who wait look again by themselves.
        }
    }

    private List<PendingWrite> TakeQueued()
    {
        List<PendingWrite> writes = [];
        while (writes.Count < LargestBatch && _queue.TryDequeue(out PendingWrite? write))
            if (write.TryStart())
                writes.Add(write);
        return writes;
    }

    private T InGate<T>(Func<T> work)
    {
        _gate.Enter();
        try
        {
            return work();
        }
        finally
        {
            _gate.Exit();
        }
    }
}
