namespace AgentCraft.Data.Storage;

/// <summary>How the names to wake reach the other processes.</summary>
internal interface IPulses : IDisposable
{
    /// <summary>How long a waiter should trust in being woken, now.</summary>
    TimeSpan Recheck { get; }

    /// <summary>Calls <paramref name="woken"/> whenever another process wakes the name, and when it may have been missed.</summary>
    void Watch(string name, Action woken);

    /// <summary>Stops watching for this name.</summary>
    void Unwatch(string name);

    /// <summary>Wakes the name in other processes, after the commit; does nothing where the commit itself has done so.</summary>
    void Send(string name);
}
