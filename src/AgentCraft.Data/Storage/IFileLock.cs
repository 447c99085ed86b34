namespace AgentCraft.Data.Storage;

/// <summary>An exclusive advisory lock on a side file; the kernel frees it when its process ends, however it ends.</summary>
internal interface IFileLock : IDisposable
{
    /// <summary>Takes the lock if it is free at once.</summary>
    bool TryEnter();

    /// <summary>Waits in the kernel until the lock is ours; cannot be interrupted or timed out.</summary>
    void Enter();

    /// <summary>Frees the lock.</summary>
    void Exit();
}
