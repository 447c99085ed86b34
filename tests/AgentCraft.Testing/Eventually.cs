using Xunit;

namespace AgentCraft.Testing;

/// <summary>For states of outside processes that give no signal to wait for. Where there is a signal, wait for that instead.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks every 10 ms until the condition holds; fails after <paramref name="limit"/>, naming <paramref name="what"/>.</summary>
    public static Task Become(Func<bool> condition, TimeSpan limit, string what) =>
        Become(() => Task.FromResult(condition()), limit, what);

    /// <inheritdoc cref="Become(Func{bool}, TimeSpan, string)"/>
    public static async Task Become(Func<Task<bool>> condition, TimeSpan limit, string what)
    {
        using var timer = new PeriodicTimer(Interval);
        using var end = new CancellationTokenSource(limit);
        try
        {
            while (!await condition().WaitAsync(end.Token))
                await timer.WaitForNextTickAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            Assert.Fail($"Waited {limit.TotalSeconds:0.##} s in vain for: {what}");
        }
    }
}
