using System.Globalization;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>Several processes that do the same, started a few at a time: a machine with four cores starts no faster with all at once.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int AtOnce = 4;
    private readonly List<StdioServer> _members = [];

    public IReadOnlyList<StdioServer> Members => _members;

    public static async Task<Fleet> Start(int count, Func<int, Task<StdioServer>> start)
    {
        Fleet fleet = new();
        try
        {
            foreach (int[] some in Enumerable.Range(0, count).Chunk(AtOnce))
                fleet._members.AddRange(await Task.WhenAll(some.Select(start)));
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raw programs on one file, or on a file each.</summary>
    public static Task<Fleet> StartRaw(Bench bench, int count, Func<int, string> file) => Start(count, async i =>
    {
        StdioServer raw = StdioServer.StartProgram(bench.WithEmptyTool, [RawWorker.Command, file(i)], Path.GetDirectoryName(file(i))!);
        raw.Limit = TimeSpan.FromSeconds(90);
        await raw.ReadLine();
        return raw;
    });

    /// <summary>Tells a raw program what to do; its answer.</summary>
    public static async Task<double[]> Tell(StdioServer raw, string command)
    {
        await raw.SendRaw(command);
        string answer = await raw.ReadLine() ?? throw new InvalidOperationException($"The raw program has ended: {raw.StandardError}");
        return [.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_members.Select(member => member.DisposeAsync().AsTask()));
}
