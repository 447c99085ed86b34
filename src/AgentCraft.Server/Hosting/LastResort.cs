namespace AgentCraft.Server.Hosting;

/// <summary>Ends the process when an orderly end takes too long.</summary>
internal static class LastResort
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.6);

    /// <summary>Exits 1.6 s after <paramref name="end"/> has completed, in whatever the process is stuck then.</summary>
    // A thread, not a timer: timers need the thread pool, which blocked handlers may have used up.
    public static void ExitSoonAfter(Task end) => new Thread(() =>
    {
        end.Wait();
        Thread.Sleep(Limit);
        Environment.Exit(0);
    })
    { IsBackground = true, Name = "last resort" }.Start();
}
