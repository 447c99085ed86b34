namespace AgentCraft.Data.Storage;

/// <summary>
/// The clock by which leases and keys end. It counts milliseconds since the machine started, which no correction of the wall clock
/// moves; a lease from another machine start is judged by the wall clock, the only one they share.
/// </summary>
public sealed class LeaseClock(TimeProvider time)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Names this machine start; on systems without such a name, the hour in which it began.</summary>
    public string BootId { get; } = File.Exists(BootIdFile)
        ? File.ReadAllText(BootIdFile).Trim()
        : $"{Environment.MachineName}-{(time.GetUtcNow() - TimeSpan.FromMilliseconds(Environment.TickCount64)).ToUnixTimeSeconds() / 3600}";

    /// <summary>Milliseconds since the machine started.</summary>
    public long BootMilliseconds => (long)(time.GetTimestamp() / (time.TimestampFrequency / 1000.0));

    /// <summary>The wall clock, UTC.</summary>
    public DateTimeOffset Now => time.GetUtcNow();
}
