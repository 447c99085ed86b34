using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Instances;

/// <summary>Whether somebody has a file open for writing or holds a lock on it, who need not be a program of ours.</summary>
internal static partial class FileWriters
{
    private const int LockShared = 1, LockNonBlocking = 4, Unlock = 8;
    private const int SetSignal = 10, SetLease = 1024, ReadLease = 0, NoLease = 2, WouldBlock = 11;
    private const int Urgent = 23; // A signal that nobody minds: the usual one of a broken lease would end the process.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>True when there are, or when it cannot be known and the file was written a moment ago.</summary>
    public static bool AreThere(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows() && Flock(file, LockShared | LockNonBlocking) != 0)
            return true;
        if (!OperatingSystem.IsWindows())
            _ = Flock(file, Unlock);
        return (OperatingSystem.IsLinux() ? HasWriter(file) : null) ?? DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < Quiet;
    }

    /// <summary>The kernel gives a read lease only on a file that nobody has open for writing; null where it gives none.</summary>
    private static bool? HasWriter(SafeFileHandle file)
    {
        if (Control(file, SetSignal, Urgent) == 0 && Control(file, SetLease, ReadLease) == 0)
        {
            _ = Control(file, SetLease, NoLease);
            return false;
        }
        return Marshal.GetLastPInvokeError() == WouldBlock ? true : null;
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
