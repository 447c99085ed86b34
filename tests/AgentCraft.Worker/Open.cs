using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>Opens the central file when told to and prints "opened EPOCH SOURCE VERSION LIBRARY"; then ends.</summary>
internal static class Open
{
    public static async Task<int> Run(string root, Options options)
    {
        if (options.WaitForWord && !Say.ReadyAndTold())
            return 0;
        await using Databases databases = new(root, options.Store, TimeProvider.System);
        string epoch = await databases.Central.Epoch();
        string version = (await databases.Central.Read(c => c.First<string>("SELECT sqlite_version()")))!;
        SqliteLibrary library = SqliteLibrary.Use(null);
        Say.Line($"opened {epoch} {library.Source} {version} {library.Path}");
        return 0;
    }
}
