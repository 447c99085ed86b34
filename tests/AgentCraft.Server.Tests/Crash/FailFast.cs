namespace AgentCraft.Server.Tests.Crash;

/// <summary>Many tasks of which none may fail.</summary>
internal static class FailFast
{
    /// <summary>Waits for all, but not for the others once one has failed: they may wait for what will never come.</summary>
    public static async Task WhenAll(IEnumerable<Task> tasks)
    {
        await foreach (Task done in Task.WhenEach(tasks))
            await done;
    }
}
