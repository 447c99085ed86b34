using System.Diagnostics;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>A lock that is held from its making to its disposal.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly IFileLock _lock;

    private FileLock(IFileLock held) => _lock = held;

    /// <summary>Takes it if it is free at once; null when it is not.</summary>
    public static FileLock? TryTake(string path)
    {
        IFileLock free = Open(path);
        if (free.TryEnter())
            return new(free);
        free.Dispose();
        return null;
    }

    /// <summary>Waits for it in the kernel.</summary>
    public static FileLock Take(string path)
    {
        IFileLock free = Open(path);
        free.Enter();
        return new(free);
    }

    /// <summary>Waits for it by looking again and again, because others may hold it for long; null after the time.</summary>
    public static async Task<FileLock?> Take(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            if (TryTake(path) is { } taken)
                return taken;
            if (Stopwatch.GetElapsedTime(start) > patience)
                return null;
            await Task.Delay(Look, cancellationToken);
        }
    }

    public void Dispose()
    {
        _lock.Exit();
        _lock.Dispose();
    }

    private static IFileLock Open(string path)
    {
        OwnedDirectory.Create(Path.GetDirectoryName(path)!);
        return OperatingSystem.IsWindows() ? new WindowsFileLock(path) : new UnixFileLock(path);
    }
}
