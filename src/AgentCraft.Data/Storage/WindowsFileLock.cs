using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage;

/// <summary>The same lock by <c>LockFileEx</c> on the first byte.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsFileLock(string path) : IFileLock
{
    private const uint Exclusive = 2, FailImmediately = 1;
    private const int LockViolation = 33;

    private readonly SafeFileHandle _file =
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public bool TryEnter() => Lock(Exclusive | FailImmediately);

    public void Enter() => Lock(Exclusive);

    public void Exit()
    {
        NativeOverlapped place = default;
        UnlockFileEx(_file, 0, 1, 0, &place);
    }

    public void Dispose() => _file.Dispose();

    private bool Lock(uint flags)
    {
        NativeOverlapped place = default;
        if (LockFileEx(_file, flags, 0, 1, 0, &place))
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error == LockViolation ? false : throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"Cannot lock the lock file: {Marshal.GetPInvokeErrorMessage(error)}",
                "Check that the directory is on a local disk, then run: agentcraft doctor");
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LockFileEx(SafeFileHandle file, uint flags, uint reserved, uint low, uint high, NativeOverlapped* place);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UnlockFileEx(SafeFileHandle file, uint reserved, uint low, uint high, NativeOverlapped* place);
}
