namespace AgentCraft.Data.Storage;

/// <summary>
/// The one gate that every commit, checkpoint and closing of a database file goes through, in all processes: an exclusive lock on
/// <c>FILE.gate</c>. Who holds it signs <c>FILE.holder</c>, for the message of whoever waits too long.
/// </summary>
internal sealed class WriteGate(string databasePath) : IDisposable
{
    private readonly IFileLock _lock =
        OperatingSystem.IsWindows() ? new WindowsFileLock(databasePath + ".gate") : new UnixFileLock(databasePath + ".gate");

    private readonly HolderFile _holder = new(databasePath);

    /// <summary>Takes the gate if it is free at once.</summary>
    public bool TryEnter()
    {
        if (!_lock.TryEnter())
            return false;
        _holder.Sign();
        return true;
    }

    /// <summary>Waits in the kernel for the gate; it cannot be interrupted, so callers who may give up wait elsewhere.</summary>
    public void Enter()
    {
        _lock.Enter();
        _holder.Sign();
    }

    public void Exit() => _lock.Exit();

    public void Dispose()
    {
        _lock.Dispose();
        _holder.Dispose();
    }
}
