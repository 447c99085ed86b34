namespace AgentCraft.Data.Storage;

/// <summary>
/// Wakes other processes through a sentinel file in a directory of the name's own, which exists only once somebody has listened, and
/// watches the directories of the names that this process waits for. Up to a few names each has a watcher of its own, so that
/// it is woken by nobody else's mail; a process that waits for more (an HTTP server) takes one watcher over all, because Linux gives a
/// user 128 by default. Without any watcher the listeners' own re-check still finds everything.
/// </summary>
internal sealed class SentinelFiles(string directory) : IPulses
{
    private const int MostOwnWatchers = 4;
    private const string Sentinel = "pulse";
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1), Unwatched = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] OneByte = [1];

    private readonly object _gate = new();
    private readonly Dictionary<string, Action> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FileSystemWatcher> _own = new(StringComparer.OrdinalIgnoreCase);
    private FileSystemWatcher? _all;

    /// <summary>Where the kernel tells of each change of each name, looking again is for what nobody foresees, and need not cost anything.</summary>
    public TimeSpan Recheck
    {
        get
        {
            lock (_gate)
                return OperatingSystem.IsLinux() && _own.Count == _names.Count ? Watched : Unwatched;
        }
    }

    public void Watch(string name, Action woken)
    {
        string folder = FolderOf(name);
        lock (_gate)
        {
            _names[name] = woken;
            try
            {
                OwnedDirectory.Create(Path.GetDirectoryName(directory)!);
                OwnedDirectory.Create(folder);
                File.OpenHandle(Path.Combine(folder, Sentinel), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
                Arrange(name, folder, woken);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // No watcher to be had: the listeners look again by themselves.
            }
        }
    }

    public void Unwatch(string name)
    {
        lock (_gate)
        {
            _names.Remove(name);
            if (_own.Remove(name, out FileSystemWatcher? watcher))
                watcher.Dispose();
            if (_names.Count == 0)
                DisposeAll();
        }
    }

    public void Send(string name)
    {
        try
        {
            string sentinel = Path.Combine(FolderOf(name), Sentinel);
            // There is none when nobody in any process has ever listened for this name; asking costs less than failing.
            if (!File.Exists(sentinel))
                return;
            using var file = File.OpenHandle(sentinel, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, OneByte, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Listeners look again by themselves within Recheck.
        }
    }

    public void Dispose()
    {
        lock (_gate)
            DisposeAll();
    }

    private string FolderOf(string name) => Path.Combine(directory, name.ToLowerInvariant());

    private void Arrange(string name, string folder, Action changed)
    {
        if (_all is not null)
            return;
        if (_names.Count <= MostOwnWatchers)
        {
            _own[name] = Start(folder, recursive: false, _ => changed());
            return;
        }
        _all = Start(directory, recursive: true, WakeByPath);
        foreach (FileSystemWatcher watcher in _own.Values)
            watcher.Dispose();
        _own.Clear();
    }

    private void WakeByPath(string path)
    {
        Action? changed;
        lock (_gate)
            _names.TryGetValue(Path.GetFileName(Path.GetDirectoryName(path)!), out changed);
        changed?.Invoke();
    }

    private static FileSystemWatcher Start(string folder, bool recursive, Action<string> changed)
    {
        FileSystemWatcher watcher = new(folder) { IncludeSubdirectories = recursive, NotifyFilter = NotifyFilters.LastWrite };
        watcher.Changed += (_, change) => changed(change.FullPath);
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    private void DisposeAll()
    {
        _all?.Dispose();
        _all = null;
        foreach (FileSystemWatcher watcher in _own.Values)
            watcher.Dispose();
        _own.Clear();
    }
}
