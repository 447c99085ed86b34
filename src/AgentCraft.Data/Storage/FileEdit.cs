using System.Diagnostics;

namespace AgentCraft.Data.Storage;

/// <summary>
/// The right to change one file, which one program has at a time: an exclusive lock on <c>FILE.lock</c> beside it, which the kernel frees when
/// its process ends, however it ends. Who has it reads the file, decides, and writes it; whoever waits longer than the limit is told who has it.
/// </summary>
public sealed class FileEdit : IDisposable
{
    private const int LongestPause = 20;

    private readonly string _path;
    private readonly IFileLock _lock;
    private readonly HolderFile _holder;

    private FileEdit(string path, IFileLock taken)
    {
        (_path, _lock, _holder) = (path, taken, new(LockOf(path)));
        _holder.Sign();
    }

    /// <summary>How long to wait where nothing else is said.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the right to change a file, which need not exist; its directory must.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How long to wait; null for <see cref="Limit"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="AgentCraftException"><c>store_busy</c> naming the process that has it; <c>store_unavailable</c> when there can be no lock file.</exception>
    public static FileEdit Begin(string path, TimeSpan? limit = null, CancellationToken cancellation = default)
    {
        RefuseLink(LockOf(path));
        RefuseLink(HolderFile.PathOf(LockOf(path)));
        IFileLock taken = OperatingSystem.IsWindows() ? new WindowsFileLock(LockOf(path)) : new UnixFileLock(LockOf(path));
        try
        {
            Wait(taken, path, limit ?? Limit, cancellation);
            return new(path, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the file as a whole.</summary>
    /// <exception cref="IOException">Nothing is changed then.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(string text) => WholeFile.Write(_path, text);

    /// <summary>Gives the right back. The lock file stays: taking it away could split two waiters onto two files.</summary>
    public void Dispose()
    {
        _holder.Dispose();
        _lock.Exit();
        _lock.Dispose();
    }

    /// <summary>The kernel's own wait cannot be ended, and edits take milliseconds, so this one looks again and again.</summary>
    private static void Wait(IFileLock wanted, string path, TimeSpan limit, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        for (int pause = 1; !wanted.TryEnter(); pause = Math.Min(pause * 2, LongestPause))
        {
            if (Stopwatch.GetElapsedTime(begun) >= limit)
                throw Busy(path, limit);
            if (cancellation.WaitHandle.WaitOne(pause))
                throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>A project that somebody else wrote must not have us write through its links.</summary>
    private static void RefuseLink(string file)
    {
        if (new FileInfo(file).LinkTarget is not null)
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"{file} is a link, which a lock file never is.", "Delete that link and repeat the call.");
    }

    private static AgentCraftException Busy(string path, TimeSpan limit) =>
        new(ErrorCodes.StoreBusy, $"{path} is being changed by {(HolderFile.Read(LockOf(path)) is { } pid ? $"process {pid}" : "another process")} since at least {limit.TotalSeconds:0.#} s.",
            "Nothing was changed: repeat the call. If that process hangs, end it.", retryable: true);

    private static string LockOf(string path) => path + ".lock";
}
