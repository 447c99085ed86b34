namespace AgentCraft.Data.Storage;

/// <summary>
/// Wakes whoever waits for a name, in this process and, through files or the database server, in others; see DESIGN.md in this folder.
/// A signal says "look again", never what changed: take it before reading the store, and look again after <see cref="Recheck"/> in any
/// case.
/// </summary>
public sealed class ChangeSignal : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<string, List<Listener>> _listeners = new(StringComparer.OrdinalIgnoreCase);
    private readonly IPulses _pulses;
    private readonly TimeProvider _time;

    internal ChangeSignal(IPulses pulses, TimeProvider time) => (_pulses, _time) = (pulses, time);

    /// <summary>The longest a waiter should trust in being woken, now.</summary>
    public TimeSpan Recheck => _pulses.Recheck;

    /// <summary>Wakes the listeners of these names, here at once and elsewhere through the pulses.</summary>
    public void Pulse(IReadOnlyList<string> names)
    {
        foreach (string name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            Wake(name);
            _pulses.Send(name);
        }
    }

    /// <summary>Begins to listen; dispose it to stop.</summary>
    public Listener Listen(string name)
    {
        Listener listener = new(this, name, _time);
        lock (_gate)
        {
            if (!_listeners.TryGetValue(name, out List<Listener>? same))
                _listeners.Add(name, same = []);
            same.Add(listener);
            if (same.Count == 1)
                _pulses.Watch(name, () => Wake(name));
        }
        return listener;
    }

    /// <inheritdoc/>
    public void Dispose() => _pulses.Dispose();

    private void Wake(string name)
    {
        lock (_gate)
            if (_listeners.TryGetValue(name, out List<Listener>? same))
                foreach (Listener listener in same)
                    listener.Signal();
    }

    private void Leave(Listener listener)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(listener.Name, out List<Listener>? same) || !same.Remove(listener) || same.Count > 0)
                return;
            _listeners.Remove(listener.Name);
            _pulses.Unwatch(listener.Name);
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
