namespace AgentCraft.Data.Storage.Migrations;

/// <summary>What has a schema of its own: the central file, an agent's file, or one of the two schemas of a database server.</summary>
internal interface ISchemaStore
{
    /// <summary>The file, or how a person knows it.</summary>
    string Path { get; }

    /// <summary>Whose file; null for the central one, and where agents share their tables.</summary>
    string? Agent { get; }

    /// <summary>It is the central one.</summary>
    bool IsCentral { get; }

    /// <summary>How it is spoken to.</summary>
    Dialect Dialect { get; }

    /// <summary>Runs the work as the only one that migrates it.</summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c> when it cannot be had in time, or others have it open that must not.</exception>
    Task<T> Use<T>(SchemaAccess access, Func<SchemaSession, T> work);
}

/// <summary>What is done to a store.</summary>
internal enum SchemaAccess
{
    /// <summary>Nothing: it is looked at, and not made.</summary>
    Look,
    /// <summary>What others that have it open can live with, as when it is opened by a newer program.</summary>
    Forward,
    /// <summary>What nobody else may have it open for.</summary>
    Back,
}

/// <summary>A store that may be migrated now.</summary>
/// <param name="Connection">To it.</param>
/// <param name="BackUp">Copies it first; null where the database server's own tools do that.</param>
internal sealed record SchemaSession(Connection Connection, Action? BackUp);
