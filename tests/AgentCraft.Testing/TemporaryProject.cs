namespace AgentCraft.Testing;

/// <summary>A fresh, empty project root under the system's temp folder, deleted when disposed.</summary>
public sealed class TemporaryProject : IDisposable
{
    private const int DeletionAttempts = 5;

    /// <summary>The absolute path of the directory; short, because Unix socket paths are limited.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("ac-").FullName;

    /// <summary>The central file of a store in this project, whether it exists or not.</summary>
    public string CentralFile => PathOf(".agentcraft", "session.db");

    /// <summary>The file of one agent, whether it exists or not.</summary>
    public string AgentFile(string name) => PathOf(".agents", name, "data", "agent.db");

    /// <summary>A path under <see cref="Root"/>.</summary>
    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Deletes what can be deleted: a server that was just killed may still take files away, or hold them on Windows.</summary>
    public void Dispose()
    {
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
}
