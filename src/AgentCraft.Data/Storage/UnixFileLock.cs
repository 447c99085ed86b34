using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage;

/// <summary>
/// An exclusive <c>flock</c> on a file, by P/Invoke because a .NET handle on a locked file blocks or throws for everyone else
/// (.NET takes advisory locks of its own when it opens a file).
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class UnixFileLock : IFileLock
{
    private const int ReadWrite = 2, LockExclusive = 2, LockNonBlocking = 4, Unlock = 8;
    private const int OwnerOnly = 0x180; // 0600
    private const int NotAllowed = 1, NoAccess = 13, NoSpace = 28, ReadOnlyDisk = 30;
    private const int Interrupted = 4, WouldBlockLinux = 11, WouldBlockMac = 35;

    private readonly Descriptor _descriptor;

    public UnixFileLock(string path)
    {
        (int create, int closeOnExec) = OperatingSystem.IsMacOS() ? (0x200, 0x1000000) : (0x40, 0x80000);
        _descriptor = Open(path, ReadWrite | create | closeOnExec, OwnerOnly);
        if (_descriptor.IsInvalid)
            throw Failure("open", path);
    }

    public bool TryEnter()
    {
        while (Flock(_descriptor, LockExclusive | LockNonBlocking) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is WouldBlockLinux or WouldBlockMac)
                return false;
            if (error != Interrupted)
                throw Failure("lock", null);
        }
        return true;
    }

    public void Enter()
    {
        while (Flock(_descriptor, LockExclusive) != 0)
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failure("lock", null);
    }

    public void Exit() => _ = Flock(_descriptor, Unlock);

    public void Dispose() => _descriptor.Dispose();

    private static AgentCraftException Failure(string what, string? path)
    {
        int error = Marshal.GetLastPInvokeError();
        string reason = Marshal.GetPInvokeErrorMessage(error);
        if (error == NoSpace)
            return StoreErrors.Full(path ?? "the lock file");
        if (path is not null && error is NotAllowed or NoAccess or ReadOnlyDisk)
            return StoreErrors.Forbidden(path!, $"cannot be opened ({reason})");
        return new(ErrorCodes.StoreUnavailable, $"Cannot {what} the lock file{(path is null ? "" : $" {path}")}: {reason}.",
            "Check that the directory is writable and on a local file system, then run: agentcraft doctor");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial Descriptor Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(Descriptor descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(nint descriptor);

    /// <summary>Closed once and never used after, or it would be another file's by then.</summary>
    private sealed class Descriptor() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => CloseDescriptor(handle) == 0;
    }
}
