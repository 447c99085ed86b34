namespace AgentCraft.Data.Storage;

/// <summary>What a writer asks of its file around each commit.</summary>
internal interface IGatedFile
{
    /// <summary>Inside the gate, before anything is written.</summary>
    /// <exception cref="StoreReplacedException">It is another file by now.</exception>
    void BeforeCommit();

    /// <summary>Inside the gate, after the commits, whether they succeeded or not.</summary>
    /// <returns>What <see cref="Sync"/> wants to know; null when the commits are on the disk, or there were none.</returns>
    UnsyncedCommit? AfterCommit();

    /// <summary>Outside the gate, before anybody is told: brings what was committed to the disk.</summary>
    /// <exception cref="AgentCraftException"><c>outcome_unknown</c>: the disk does not say that it has it</exception>
    void Sync(UnsyncedCommit commit);
}

/// <summary>Commits that are in the log and not yet on the disk.</summary>
/// <param name="CommitTicks">How long the last of them took.</param>
internal readonly record struct UnsyncedCommit(long CommitTicks);
