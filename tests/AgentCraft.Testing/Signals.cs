using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AgentCraft.Testing;

/// <summary>Stops, continues and ends a process that the test itself started. Unix only.</summary>
public static class Signals
{
    private const int NoSuchProcess = 3;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    /// <summary>Sends SIGSTOP and waits until the system shows the process as stopped: it does nothing more, and keeps its locks.</summary>
    public static async Task Stop(int pid)
    {
        Send(pid, OperatingSystem.IsMacOS() ? 17 : 19);
        if (OperatingSystem.IsLinux())
            await Eventually.Become(() => StateOf(pid) is 'T' or 't' or null, StopLimit, $"process {pid} stopped");
    }

    /// <summary>Sends SIGCONT: the process goes on where it was stopped.</summary>
    public static void Continue(int pid) => Send(pid, OperatingSystem.IsMacOS() ? 19 : 18);

    /// <summary>Sends SIGINT, as Ctrl+C does.</summary>
    public static void Interrupt(int pid) => Send(pid, 2);

    /// <summary>Sends SIGTERM: the process is asked to end.</summary>
    public static void Terminate(int pid) => Send(pid, 15);

    /// <summary>True while the process runs or is stopped. One that has ended and only waits to be reaped is not alive.</summary>
    public static bool IsAlive(int pid) =>
        OperatingSystem.IsLinux() ? StateOf(pid) is not (null or 'Z' or 'X') : Kill(Checked(pid), 0) == 0;

    private static void Send(int pid, int signal)
    {
        if (Kill(Checked(pid), signal) == 0)
            return;
        int error = Marshal.GetLastPInvokeError();
        throw new Win32Exception(error, error == NoSuchProcess ? $"There is no process {pid}." : null);
    }

    // kill(2) takes zero and negative numbers for whole groups of processes, and 1 is init.
    private static int Checked(int pid) =>
        pid > 1 ? pid : throw new ArgumentOutOfRangeException(nameof(pid), pid, "Not the id of a process that a test can have started.");

    // The state is the first field after the program's name, which is in parentheses and may hold any character.
    private static char? StateOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
