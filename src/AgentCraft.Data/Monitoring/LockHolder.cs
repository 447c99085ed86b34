using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Monitoring;

/// <summary>Who holds the lock that every write takes.</summary>
public sealed record LockHolder
{
    /// <summary>Of which file, relative to the root; <c>central</c> on PostgreSQL.</summary>
    public required string Of { get; init; }
    /// <summary>The process; on PostgreSQL that of the database server.</summary>
    public int? Pid { get; init; }
    /// <summary>It holds it now; false: it held it last; null where that cannot be found out.</summary>
    public bool? Holds { get; init; }
    /// <summary>How many wait for it.</summary>
    public int? Waiting { get; init; }
    /// <summary>On PostgreSQL: which program.</summary>
    public string? Program { get; init; }
    /// <summary>On PostgreSQL: for how long its transaction has run, in milliseconds.</summary>
    public long? HeldMs { get; init; }
}

/// <summary>Finds them: where there are files, from the kernel's own list of locks.</summary>
internal static class LockHolders
{
    private const string KernelList = "/proc/locks";

    /// <summary>Of the gates of these files.</summary>
    /// <param name="root">What paths are told relative to.</param>
    /// <param name="files">The database files: the first, and of the others those whose gate somebody holds.</param>
    public static IReadOnlyList<LockHolder> OfFiles(string root, IReadOnlyList<string> files)
    {
        ILookup<ulong, (int Pid, bool Waits)>? locks = Held();
        return [.. files.Select(file => Of(root, file, locks)).Where((holder, i) => holder.Pid is not null && (i == 0 || holder.Holds == true))];
    }

    private static LockHolder Of(string root, string file, ILookup<ulong, (int Pid, bool Waits)>? locks)
    {
        string name = Path.GetRelativePath(root, file);
        if (locks is null)
            return new() { Of = name, Pid = HolderFile.Read(file) };
        List<(int Pid, bool Waits)> found = FileIdentity.Of(file + ".gate") is { Inode: > 0 and var inode } ? [.. locks[inode]] : [];
        bool holds = found.Exists(one => !one.Waits);
        // A process of another container has no number here.
        int? pid = holds && found.Find(one => !one.Waits).Pid is > 0 and var known ? known : HolderFile.Read(file);
        return new() { Of = name, Pid = pid, Holds = holds, Waiting = found.Count(one => one.Waits) };
    }

    /// <summary>"1: FLOCK  ADVISORY  WRITE 4711 fd:01:123456 0 EOF"; with "->" behind the number for one that waits. By inode.</summary>
    private static ILookup<ulong, (int Pid, bool Waits)>? Held()
    {
        try
        {
            return File.Exists(KernelList)
                ? File.ReadLines(KernelList).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(Parse).OfType<(ulong Inode, int Pid, bool Waits)>()
                    .ToLookup(one => one.Inode, one => (one.Pid, one.Waits)) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (ulong Inode, int Pid, bool Waits)? Parse(string[] words)
    {
        bool waits = words is [_, "->", ..];
        return words[(waits ? 2 : 1)..] is ["FLOCK", _, _, var pid, var place, ..] && int.TryParse(pid, out int process) && ulong.TryParse(place.Split(':')[^1], out ulong inode)
            ? (inode, process, waits) : null;
    }
}
