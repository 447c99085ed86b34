using System.Text;

namespace AgentCraft.Data.Storage.FileSystems;

/// <summary>What is mounted where, as Linux tells it in <c>/proc/self/mountinfo</c>.</summary>
internal sealed class MountTable
{
    // proc_pid_mountinfo(5): id, parent, device, root, mount point, options, optional fields, "-", kind, source, options of the file system.
    private const int Id = 0, Parent = 1, Point = 4, FirstOptional = 6;
    private const string Upper = "upperdir=";

    private readonly List<Entry> _entries = [];

    private MountTable()
    {
    }

    /// <summary>Reads it; lines that are none are passed over.</summary>
    public static MountTable Parse(string text)
    {
        MountTable table = new();
        foreach (string line in text.Split('\n'))
            if (Entry.Of(line) is { } entry)
                table._entries.Add(entry);
        return table;
    }

    /// <summary>
    /// The mount that a path is on, by the way the system goes: from the root down, at each directory into what is mounted there last. So a
    /// mount that another one covers does not count. Null in an empty table.
    /// </summary>
    /// <param name="path">Absolute, without links.</param>
    public Mount? Of(string path)
    {
        if (_entries.Find(entry => entry.Mount.Point == "/" && !_entries.Exists(other => other != entry && other.Id == entry.Parent)) is not { } at)
            return Longest(path);
        foreach (string point in Ancestors(path))
            while (_entries.FindLast(entry => entry.Parent == at.Id && entry != at && entry.Mount.Point == point) is { } next)
                at = next;
        return at.Mount;
    }

    /// <summary>Of an overlay where its writes go, as far as that can be seen from here; else the mount itself.</summary>
    public Mount Below(Mount mount) =>
        mount.Kind == "overlay" && mount.SuperOptions.Split(',').FirstOrDefault(option => option.StartsWith(Upper, StringComparison.Ordinal)) is { } upper
        && Of(Entry.Unescaped(upper[Upper.Length..])) is { Kind: not "overlay" } below ? below : mount;

    /// <summary>Where the root itself is hidden, as in some containers.</summary>
    private Mount? Longest(string path) => _entries.Where(entry => IsAt(path, entry.Mount.Point))
        .Select((entry, order) => (entry.Mount, order)).OrderBy(pair => pair.Mount.Point.Length).ThenBy(pair => pair.order).LastOrDefault().Mount;

    private static bool IsAt(string path, string point) =>
        point == "/" || path.StartsWith(point, StringComparison.Ordinal) && (path.Length == point.Length || path[point.Length] == '/');

    private static IEnumerable<string> Ancestors(string path)
    {
        yield return "/";
        for (int end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
            yield return path[..end];
        if (path.Length > 1)
            yield return path.TrimEnd('/');
    }

    private sealed record Entry(string Id, string Parent, Mount Mount)
    {
        public static Entry? Of(string line)
        {
            string[] words = line.Split(' ');
            int dash = words.Length > FirstOptional ? Array.IndexOf(words, "-", FirstOptional) : -1;
            return dash < 0 || dash + 1 >= words.Length ? null
                : new(words[MountTable.Id], words[MountTable.Parent], new(Unescaped(words[MountTable.Point]), Unescaped(words[dash + 1]), Unescaped(words.ElementAtOrDefault(dash + 2) ?? ""), words.ElementAtOrDefault(dash + 3) ?? ""));
        }

        /// <summary>Blanks and the like are written as a backslash and three octal digits, byte by byte.</summary>
        public static string Unescaped(string word)
        {
            if (!word.Contains('\\'))
                return word;
            byte[] bytes = Encoding.UTF8.GetBytes(word);
            List<byte> plain = new(bytes.Length);
            for (int i = 0; i < bytes.Length; i++)
                if (bytes[i] == '\\' && i + 3 < bytes.Length && bytes.AsSpan(i + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0)
                {
                    plain.Add((byte)(((bytes[i + 1] - '0') << 6) | ((bytes[i + 2] - '0') << 3) | (bytes[i + 3] - '0')));
                    i += 3;
                }
                else
                    plain.Add(bytes[i]);
            return Encoding.UTF8.GetString([.. plain]);
        }
    }
}

/// <summary>A file system at its place.</summary>
/// <param name="Point">Where.</param>
/// <param name="Kind"><c>ext4</c>, <c>nfs4</c>, <c>fuse.sshfs</c> …</param>
/// <param name="Source">A device, a server's directory.</param>
/// <param name="SuperOptions">With commas between.</param>
internal sealed record Mount(string Point, string Kind, string Source, string SuperOptions)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"{Kind}{(Source is "" or "none" ? "" : $" ({Source})")}, mounted at {Point}";
}
