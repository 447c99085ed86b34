namespace AgentCraft.Testing;

/// <summary>
/// A fresh, empty project root under the system's temp folder, deleted when disposed, with a store of its own on the engine of the running
/// test. Servers that are started in it use that store.
/// </summary>
public sealed class TemporaryProject : IDisposable
{
    private const int DeletionAttempts = 5;
    private static readonly TimeSpan GateLimit = TimeSpan.FromSeconds(20);

    /// <summary>Names the folder; nothing is created in it, nor in the database.</summary>
    public TemporaryProject() => Store = Engine == Engine.Postgres ? TestStore.Create(Root) : null;

    /// <summary>The absolute path of the directory; short, because Unix socket paths are limited.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("ac-").FullName;

    /// <summary>Where the rows are.</summary>
    public Engine Engine { get; } = Engines.Current;

    /// <summary>On PostgreSQL the connection string of this project's store, which nobody else uses; null on SQLite.</summary>
    public string? Store { get; }

    /// <summary>The central file of a store in this project, whether it exists or not.</summary>
    public string CentralFile => PathOf(".agentcraft", "session.db");

    /// <summary>The file of one agent, whether it exists or not.</summary>
    public string AgentFile(string name) => PathOf(".agents", name, "data", "agent.db");

    /// <summary>A path under <see cref="Root"/>.</summary>
    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>As if another server were in the middle of a write to the central tables, until disposed. The store must exist.</summary>
    public IDisposable HoldWrites() => Store is null ? HoldGate() : TestStore.HoldWrites(Store);

    /// <summary>Drops the store and deletes what can be deleted: a server that was just killed may still take files away, or hold them on Windows.</summary>
    public void Dispose()
    {
        TestStore.Drop(Root);
        for (int attempt = 0; attempt < DeletionAttempts && Directory.Exists(Root); attempt++)
        {
            try
            {
                Directory.Delete(Root, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A file vanished or appeared while the tree was walked: walk it again, then leave it to the system's own cleaning.
            }
        }
    }

    // What .NET locks for "nobody else" is the same advisory lock that the servers take.
    private FileStream HoldGate()
    {
        long until = Environment.TickCount64 + (long)GateLimit.TotalMilliseconds;
        while (true)
            try
            {
                return new FileStream(CentralFile + ".gate", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 < until)
            {
                Thread.Yield();
            }
    }
}
