using System.Runtime.InteropServices;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// Notices that the process which started this one has died. A client that is killed may leave our input open (another process holds
/// the same pipe), and then nothing else tells us.
/// </summary>
internal static partial class ParentWatch
{
    private const int Init = 1;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Completes within a second or so of the parent's death, with that in words. Never completes on Windows, where pipes end with their
    /// process and the end of input suffices, nor without a parent to watch: init is nobody's client, and 0 is one outside our container.
    /// </summary>
    public static async Task<string> Gone(TimeProvider time, CancellationToken cancellationToken)
    {
        int parent = OperatingSystem.IsWindows() ? Init : GetParentId();
        if (parent <= Init)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(Interval, time);
        // An orphan is given to init or to the nearest subreaper, so its parent's id changes.
        while (GetParentId() == parent)
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        return $"the parent process {parent} is gone";
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();
}
