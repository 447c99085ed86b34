namespace AgentCraft.Data.Storage;

/// <summary>A <see cref="Database"/> that is open: a file, or a part of a database server.</summary>
internal interface IOpenStore
{
    /// <inheritdoc cref="Database.Write"/>
    Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken);

    /// <summary>Runs the reads on one snapshot; unless <paramref name="isLong"/>, within the query timeout.</summary>
    Task<T> Read<T>(Func<Connection, T> read, bool isLong, CancellationToken cancellationToken);

    /// <inheritdoc cref="Database.Epoch"/>
    Task<string> Epoch(CancellationToken cancellationToken);

    /// <inheritdoc cref="Database.TryTend"/>
    bool TryTend(Func<Connection, bool> work);

    /// <summary>Waits for what is queued, then lets go of everything.</summary>
    void Close();

    /// <summary>Lets go of everything if that needs no waiting, and <paramref name="retire"/> says in that moment that nobody uses it.</summary>
    bool TryClose(Func<bool> retire);

    /// <summary>Its path leads to another file by now, or to none.</summary>
    bool IsReplaced { get; }
}
