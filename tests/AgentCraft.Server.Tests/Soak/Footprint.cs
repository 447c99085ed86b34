using System.Globalization;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Soak;

/// <summary>What a server takes of its machine, looked at again and again: the most of each that was seen, in each half of the time.</summary>
internal sealed class Footprint(int pid, string log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly List<(long Bytes, int Handles, long LogBytes)> _seen = [];

    public async Task Watch(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            _seen.Add((Memory(), Directory.GetFiles($"/proc/{pid}/fd").Length, File.Exists(log) ? new FileInfo(log).Length : 0));
            await Task.Delay(Interval, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The most of the first half, and of the second.</summary>
    public (long First, long Second) Most(Func<(long Bytes, int Handles, long LogBytes), long> what)
    {
        int half = _seen.Count / 2;
        return (_seen.Take(half).Max(what), _seen.Skip(half).Max(what));
    }

    public override string ToString()
    {
        (long First, long Second) memory = Most(seen => seen.Bytes >> 20), handles = Most(seen => seen.Handles), wal = Most(seen => seen.LogBytes >> 10);
        return $"at most {memory.First} then {memory.Second} MiB, {handles.First} then {handles.Second} handles, {wal.First} then {wal.Second} KiB of log";
    }

    private long Memory() => long.Parse(
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))["VmRSS:".Length..^" kB".Length], CultureInfo.InvariantCulture) << 10;
}
