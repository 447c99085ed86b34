namespace AgentCraft.Server.Tests.Crash;

/// <summary>Kills one of several servers at random moments, spread over the work so that neither ends long before the other;
/// now and then it also ends one in peace, which closes the store while others write.</summary>
internal sealed class Killer(Random random, IReadOnlyList<MortalServer> victims)
{
    private const int KillsBetweenEnds = 5;
    private const int LongestDelayMilliseconds = 25;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>Kills so often, each time once a random share of the work is done.</summary>
    /// <param name="kills">How often.</param>
    /// <param name="done">How much of the work is done.</param>
    /// <param name="work">All of it.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task Run(int kills, Func<int> done, int work, CancellationToken cancellation)
    {
        int killed = 0;
        foreach (int moment in Enumerable.Range(0, kills).Select(_ => random.Next(work)).Order())
        {
            while (done() < moment)
                await Task.Delay(Look, cancellation);
            // A moment that no step of the work has chosen.
            await Task.Delay(random.Next(LongestDelayMilliseconds), cancellation);
            victims[random.Next(victims.Count)].Kill();
            if (++killed % KillsBetweenEnds == 0)
                victims[random.Next(victims.Count)].End();
        }
    }
}
