using System.Diagnostics;

namespace AgentCraft.Data.Storage;

/// <summary>
/// One opening of a store, from the moment that it is asked for to its closing. It counts the calls that use it, those that wait for the
/// opening among them: it is closed when there are none, and never under one. See DESIGN.md in this folder.
/// </summary>
internal sealed class SharedStore
{
    // So far below zero that no number of calls brings it back.
    private const int Retired = int.MinValue / 2;

    private readonly Action<SharedStore> _left;
    private readonly OpenLimit? _limit;
    // Asynchronously: the first to wait for it would else go on with whatever it does on the opening thread, and all others after it.
    private readonly TaskCompletionSource<IOpenStore> _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _unused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _closing = new();
    private int _uses;
    private long _lastUse;
    private bool _isClosed;

    /// <summary>Begins to open it, on a thread of its own: opening waits in the gate, which cannot be interrupted.</summary>
    /// <param name="path">Of what.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="limit">What bounds how many of its kind are open; null for nothing.</param>
    /// <param name="left">Told when it is closed, or could not be opened.</param>
    public SharedStore(string path, Func<IOpenStore> open, OpenLimit? limit, Action<SharedStore> left)
    {
        (Path, _limit, _left) = (path, limit, left);
        Task.Factory.StartNew(() => Open(open), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Path { get; }

    public Task<IOpenStore> Opening => _opening.Task;

    /// <summary>It is open, and no call uses it.</summary>
    public bool IsIdle => Volatile.Read(ref _uses) == 0 && Opening.IsCompletedSuccessfully;

    /// <summary>When the last call ended.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    /// <summary>One more call; false when it takes none any more. Each success is followed by one <see cref="EndUse"/>.</summary>
    public bool TryUse()
    {
        if (Interlocked.Increment(ref _uses) > 0)
            return true;
        EndUse();
        return false;
    }

    public void EndUse()
    {
        if (_limit is not null)
            Volatile.Write(ref _lastUse, Stopwatch.GetTimestamp());
        int uses = Interlocked.Decrement(ref _uses);
        if (uses == 0)
            _limit?.Unused();
        else if (uses == Retired)
            _unused.TrySetResult();
    }

    /// <summary>Closes it if nobody has used it since then and that needs no waiting; not for a caller's thread.</summary>
    public bool TryClose(long lastUse)
    {
        lock (_closing)
        {
            bool retired = false;
            try
            {
                return !_isClosed && Opening.Result.TryClose(() => retired = LastUse == lastUse && TryRetireUnused()) && retired;
            }
            finally
            {
                if (retired)
                    Leave();
            }
        }
    }

    /// <summary>Takes no more calls, and closes it when those that use it have ended.</summary>
    public async Task Retire()
    {
        int uses;
        while ((uses = Volatile.Read(ref _uses)) >= 0)
            if (Interlocked.CompareExchange(ref _uses, uses + Retired, uses) == uses)
            {
                if (uses == 0)
                    _unused.TrySetResult();
                break;
            }
        await _unused.Task;
        await Close();
    }

    /// <summary>Closes it whoever uses it, once it has been opened: calls that have begun end with their outcome or as <c>stopping</c>.</summary>
    public Task Close() => Opening.ContinueWith(
        opened =>
        {
            lock (_closing)
            {
                if (_isClosed || !opened.IsCompletedSuccessfully)
                    return;
                try
                {
                    opened.Result.Close();
                }
                finally
                {
                    Leave();
                }
            }
        },
        CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);

    private bool TryRetireUnused()
    {
        if (Interlocked.CompareExchange(ref _uses, Retired, 0) != 0)
            return false;
        _unused.TrySetResult();
        return true;
    }

    private void Open(Func<IOpenStore> open)
    {
        try
        {
            _limit?.Enter(this);
            _opening.SetResult(open());
            // All who waited for it may have given up by now.
            _limit?.Unused();
        }
        catch (Exception failure)
        {
            Leave();
            _opening.SetException(failure);
        }
    }

    private void Leave()
    {
        _isClosed = true;
        _limit?.Leave(this);
        _left(this);
    }
}

/// <summary>A call's use of a store, ended by disposing it.</summary>
internal readonly struct StoreUse(SharedStore shared) : IDisposable
{
    public SharedStore Shared => shared;

    public IOpenStore Store => shared.Opening.Result;

    public void Dispose() => shared.EndUse();
}
