using System.Diagnostics;

namespace AgentCraft.Data.Storage;

/// <summary>
/// Bounds how many files stay open. Those that nobody uses are closed in the background, the one unused for longest first; no call waits
/// for that unless closing falls behind by as many again. Files in use are never closed, so as many as are used at once may be open.
/// </summary>
/// <param name="most">How many stay open.</param>
internal sealed class OpenLimit(int most)
{
    // Whoever goes round more files than may be open needs the thread again at once.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    // Another process had the gate of all that could be closed.
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(50);

    // Nothing was closed for so long: a process that is stopped inside a gate must not stop us.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly object _door = new();
    private readonly HashSet<SharedStore> _stores = [];
    private volatile bool _isOver;
    private bool _isEvicting;
    private long _left;

    /// <summary>The files that are open, being opened or being closed.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_door)
                return [.. _stores.Select(store => store.Path)];
        }
    }

    /// <summary>One is about to be opened; on the thread that opens it.</summary>
    public void Enter(SharedStore store)
    {
        lock (_door)
        {
            WaitForRoom();
            _stores.Add(store);
            _isOver = _stores.Count > most;
        }
    }

    /// <summary>One is closed, or could not be opened.</summary>
    public void Leave(SharedStore store)
    {
        lock (_door)
        {
            _stores.Remove(store);
            _left++;
            _isOver = _stores.Count > most;
            Monitor.PulseAll(_door);
        }
    }

    /// <summary>A call has ended and was the only one on its file. Costs nothing while no more are open than should be.</summary>
    public void Unused()
    {
        if (_isOver)
            lock (_door)
                Wake();
    }

    private void WaitForRoom()
    {
        (long left, long since) = (_left, Stopwatch.GetTimestamp());
        while (_stores.Count >= 2 * most && Stopwatch.GetElapsedTime(since) < LongestWait && _stores.Any(open => open.IsIdle))
        {
            Wake();
            Monitor.Wait(_door, TryAgain);
            if (_left != left)
                (left, since) = (_left, Stopwatch.GetTimestamp());
        }
    }

    private void Wake()
    {
        if (_isEvicting)
            Monitor.PulseAll(_door);
        else
            Task.Factory.StartNew(Evict, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _isEvicting = true;
    }

    private void Evict()
    {
        while (Next() is { } idle)
        {
            bool any = false;
            foreach ((SharedStore store, long lastUse) in idle.TakeWhile(_ => _isOver))
                any |= TryClose(store, lastUse);
            if (!any)
                lock (_door)
                    Monitor.Wait(_door, TryAgain);
        }
    }

    /// <summary>Those that can be closed, the best first; null when there were none for a while.</summary>
    private (SharedStore Store, long LastUse)[]? Next()
    {
        lock (_door)
            while (true)
            {
                (SharedStore Store, long LastUse)[] idle = _isOver ? [.. _stores.Where(store => store.IsIdle).Select(store => (store, store.LastUse)).OrderBy(open => open.LastUse)] : [];
                if (idle.Length > 0)
                    return idle;
                if (Monitor.Wait(_door, Linger))
                    continue;
                _isEvicting = false;
                return null;
            }
    }

    private static bool TryClose(SharedStore store, long lastUse)
    {
        try
        {
            return store.TryClose(lastUse);
        }
        catch (Exception)
        {
            // What cannot be closed must not keep the others open; its own next call says why.
            return false;
        }
    }
}
