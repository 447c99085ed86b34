namespace AgentCraft.Data.Storage;

/// <summary>
/// The clock by which leases and keys end. It counts milliseconds since the machine started, which no correction of the wall clock
/// moves; a lease from another machine start is judged by the wall clock, the only one they share.
/// </summary>
public sealed class LeaseClock(TimeProvider time)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Names this start of the machine; on systems without such a name, the hour in which it began.</summary>
    public string BootId { get; } = File.Exists(BootIdFile)
        ? File.ReadAllText(BootIdFile).Trim()
        : $"{Environment.MachineName}-{(time.GetUtcNow() - TimeSpan.FromMilliseconds(Environment.TickCount64)).ToUnixTimeSeconds() / 3600}";

    /// <summary>The same where the kernel names it; null elsewhere.</summary>
    public string? KernelBootId => File.Exists(BootIdFile) ? BootId : null;

    /// <summary>This moment.</summary>
    public StoreTime Read() => new(time.GetUtcNow(), BootId, (long)(time.GetTimestamp() / (time.TimestampFrequency / 1000.0)));
}

/// <summary>The one moment at which a transaction happens, as everything that it stores and compares has it.</summary>
/// <param name="Now">The wall clock, UTC; the database server's where there is one.</param>
/// <param name="BootId">Names the start from which <paramref name="BootMilliseconds"/> count.</param>
/// <param name="BootMilliseconds">Milliseconds on the clock of leases, which does not jump.</param>
public readonly record struct StoreTime(DateTimeOffset Now, string BootId, long BootMilliseconds);
