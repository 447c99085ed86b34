using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Overviews;

/// <summary>How much room a store takes. Files are asked for their length only: opening one would take SQLite's locks from it.</summary>
internal static class StoreSize
{
    private static readonly string[] Parts = ["", "-wal"];

    /// <summary>On a database server the bytes are for it to say.</summary>
    public static StoredWhere Of(Databases databases)
    {
        StoredWhere where = new() { Engine = databases.Engine, Path = databases.Central.Path, Exists = databases.HasCentral };
        if (databases.Engine != "sqlite" || !where.Exists)
            return where;
        long[] agents = [.. AgentFiles(databases.Root).Select(Bytes).Where(bytes => bytes > 0)];
        return where with { Bytes = Bytes(where.Path) + agents.Sum(), AgentBytes = agents.Sum(), AgentFiles = agents.Length };
    }

    private static IEnumerable<string> AgentFiles(string root)
    {
        DirectoryInfo folder = new(Path.Combine(root, ".agents"));
        return folder.Exists ? folder.EnumerateDirectories().Select(agent => Path.Combine(agent.FullName, "data", "agent.db")) : [];
    }

    private static long Bytes(string file) => Parts.Select(part => new FileInfo(file + part)).Where(part => part.Exists).Sum(part => part.Length);
}
