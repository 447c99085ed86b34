namespace AgentCraft.Data.Storage;

/// <summary>
/// Wakes whoever waits for a name, in this process and in others. Another process is reached through a sentinel file in a directory of
/// the name's own, which exists only once somebody has listened; see DESIGN.md in this folder. A signal says "look again", never what
/// changed: take it before reading the store, and look again after <see cref="Recheck"/> in any case.
/// </summary>
public sealed class ChangeSignal(string directory, TimeProvider time) : IDisposable
{
    /// <summary>The longest a waiter should trust in being woken.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(250);

    private const string Sentinel = "pulse";
    private static readonly byte[] OneByte = [1];

    private readonly object _gate = new();
    private readonly Dictionary<string, List<Listener>> _listeners = new(StringComparer.OrdinalIgnoreCase);
    private readonly SentinelWatcher _watcher = new(directory);

    /// <summary>Wakes the listeners of these names, here at once and elsewhere through their sentinels.</summary>
    public void Pulse(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            Wake(name);
            Touch(name);
        }
    }

    /// <summary>Begins to listen; dispose it to stop.</summary>
    public Listener Listen(string name)
    {
        Listener listener = new(this, name, time);
        lock (_gate)
        {
            if (!_listeners.TryGetValue(name, out List<Listener>? same))
                _listeners.Add(name, same = []);
            same.Add(listener);
            if (same.Count == 1)
                _watcher.Watch(name, FolderOf(name), () => Wake(name));
        }
        return listener;
    }

    /// <inheritdoc/>
    public void Dispose() => _watcher.Dispose();

    private string FolderOf(string name) => Path.Combine(directory, name.ToLowerInvariant());

    private void Wake(string name)
    {
        lock (_gate)
            if (_listeners.TryGetValue(name, out List<Listener>? same))
                foreach (Listener listener in same)
                    listener.Signal();
    }

    private void Touch(string name)
    {
        try
        {
            string sentinel = Path.Combine(FolderOf(name), Sentinel);
            // There is none when nobody in any process has ever listened for this name; asking costs less than failing.
            if (!File.Exists(sentinel))
                return;
            using var file = File.OpenHandle(sentinel, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, OneByte, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Listeners look again by themselves within Recheck.
        }
    }

    private void Leave(Listener listener)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(listener.Name, out List<Listener>? same) || !same.Remove(listener) || same.Count > 0)
                return;
            _listeners.Remove(listener.Name);
            _watcher.Unwatch(listener.Name);
        }
    }

    /// <summary>Somebody who waits for a name.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly ChangeSignal _owner;
        private readonly TimeProvider _time;
        private readonly object _gate = new();
        private TaskCompletionSource _signalled = NewSource();

        internal Listener(ChangeSignal owner, string name, TimeProvider time) => (_owner, Name, _time) = (owner, name, time);

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>Returns when signalled since the last call, or after the time, whichever is first.</summary>
        public async Task Wait(TimeSpan atMost, CancellationToken cancellationToken)
        {
            Task signalled;
            lock (_gate)
                signalled = _signalled.Task;
            try
            {
                await signalled.WaitAsync(atMost, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
            lock (_gate)
                if (_signalled.Task == signalled)
                    _signalled = NewSource();
        }

        /// <inheritdoc/>
        public void Dispose() => _owner.Leave(this);

        internal void Signal()
        {
            lock (_gate)
                _signalled.TrySetResult();
        }

        private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
