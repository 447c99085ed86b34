using System.ComponentModel;
using System.Diagnostics;

namespace AgentCraft.Data.Instances;

/// <summary>A process that runs, told from an earlier one of the same number by the moment at which it began.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartedAt">When it began by the wall clock; null when that is hidden from us.</param>
/// <param name="Key">On Linux the machine's start and the process's moment after it, which no correction of the clock changes.</param>
internal sealed record RunningProcess(int Pid, DateTimeOffset? StartedAt, string? Key)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";
    private const int StateField = 0, StartField = 19;

    /// <summary>Two readings of one moment differ by less.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Null when there is none, or when it has ended and only waits for its parent to notice.</summary>
    public static RunningProcess? Find(int pid)
    {
        string? key = null;
        // Another user's may be hidden; that it is there can be seen all the same.
        if (OperatingSystem.IsLinux() && StatusOf(pid) is { } fields)
        {
            if (fields[StateField] is "Z" or "X")
                return null;
            key = $"{File.ReadAllText(BootIdFile).Trim()}/{fields[StartField]}";
        }
        return StartOf(pid) is (true, var started) ? new(pid, started, key) : null;
    }

    /// <summary>True while the process that an instance names runs.</summary>
    public static bool IsAlive(Instance instance) => instance.Pid is { } pid && Find(pid) is { } now && now.Is(instance);

    private bool Is(Instance instance) =>
        instance.ProcessKey is not null && Key is not null ? Key == instance.ProcessKey
        : StartedAt is not { } started || (instance.ProcessStartedAt is { } known
            ? (started - known).Duration() < Tolerance
            // Nobody saw it when it was named; what began since is another.
            : started < instance.StateChangedAt + Tolerance);

    /// <summary>The fields behind the name, which may hold blanks and brackets.</summary>
    private static string[]? StatusOf(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (bool Exists, DateTimeOffset? StartedAt) StartOf(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            return (true, process.StartTime.ToUniversalTime());
        }
        catch (ArgumentException)
        {
            return (false, null);
        }
        catch (InvalidOperationException)
        {
            return (false, null);
        }
        catch (Exception hidden) when (hidden is Win32Exception or NotSupportedException)
        {
            return (true, null);
        }
    }
}
