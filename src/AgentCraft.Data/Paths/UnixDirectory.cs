using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Paths;

/// <summary>By <c>openat</c> and its kin: each name is looked up in the open directory, so that nothing swapped in on the way is passed through.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class UnixDirectory : IProjectDirectory
{
    private const int NoEntry = 2, Exists = 17, NotDirectory = 20;
    private const int PrivateDirectory = 0x1C0, OpenDirectoryMode = 0x1FF; // 0700, 0777 less the umask
    private const int PrivateFile = 0x180; // 0600

    private static readonly OpenFlags Flags = OpenFlags.OfThisSystem;

    private readonly SafeFileHandle _handle;

    private UnixDirectory(SafeFileHandle handle, string path) => (_handle, Path) = (handle, path);

    public string Path { get; }

    /// <summary>The root itself, which may be reached by a link.</summary>
    public static IProjectDirectory? OpenRoot(string path)
    {
        SafeFileHandle handle = OpenPath(path, Flags.Directory | Flags.CloseOnExec, 0);
        return !handle.IsInvalid ? new UnixDirectory(handle, path) : Errno is NoEntry or NotDirectory ? null : throw Failure("open", path);
    }

    public IProjectDirectory? Open(string name)
    {
        SafeFileHandle handle = OpenAt(_handle, name, Flags.Directory | Flags.NoFollow | Flags.CloseOnExec, 0);
        if (!handle.IsInvalid)
            return new UnixDirectory(handle, PathOf(name));
        int error = Errno;
        if (error == NoEntry)
            return null;
        RefuseLink(name);
        return error == NotDirectory ? null : throw Failure(error, "open", PathOf(name));
    }

    public IProjectDirectory Create(string name, bool isPrivate)
    {
        if (MakeAt(_handle, name, isPrivate ? PrivateDirectory : OpenDirectoryMode) == 0)
            Sync();
        else if (Errno is var error && error != Exists)
            throw Failure(error, "make", PathOf(name));
        return Open(name) ?? throw new IOException($"{PathOf(name)} is no directory.");
    }

    public SafeFileHandle? Read(string name)
    {
        // A pipe would keep its opener waiting for a writer.
        SafeFileHandle handle = OpenAt(_handle, name, Flags.NoFollow | Flags.NonBlocking | Flags.CloseOnExec, 0);
        if (!handle.IsInvalid)
            return handle;
        int error = Errno;
        if (error == NoEntry)
            return null;
        RefuseLink(name);
        throw Failure(error, "open", PathOf(name));
    }

    public SafeFileHandle Write(string name)
    {
        Delete(name);
        SafeFileHandle handle = OpenAt(_handle, name, Flags.Write | Flags.Create | Flags.Exclusive | Flags.NoFollow | Flags.CloseOnExec, PrivateFile);
        if (handle.IsInvalid)
            throw Failure("make", PathOf(name));
        // Where C's variable arguments go elsewhere than others, the mode of the call does not arrive.
        File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return handle;
    }

    public void Move(string name, IProjectDirectory to, string newName)
    {
        if (RenameAt(_handle, name, ((UnixDirectory)to)._handle, newName) != 0)
            throw Failure("rename", PathOf(name));
    }

    public void Delete(string name)
    {
        if (UnlinkAt(_handle, name, 0) != 0 && Errno is var error && error != NoEntry)
            throw Failure(error, "delete", PathOf(name));
    }

    public void DeleteDirectory(string name) => _ = UnlinkAt(_handle, name, Flags.RemoveDirectory);

    public void Sync() => _ = SyncFile(_handle);

    public void Dispose() => _handle.Dispose();

    private static int Errno => Marshal.GetLastPInvokeError();

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    private unsafe void RefuseLink(string name)
    {
        byte* target = stackalloc byte[256];
        nint length = ReadLinkAt(_handle, name, target, 256);
        if (length >= 0)
            throw ProjectTree.Link(PathOf(name), System.Text.Encoding.UTF8.GetString(target, (int)length));
    }

    private static Exception Failure(string what, string path) => Failure(Errno, what, path);

    private static Exception Failure(int error, string what, string path)
    {
        string message = $"Cannot {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}.";
        return error is 1 or 13 ? new UnauthorizedAccessException(message) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenPath(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle directory, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeAt(SafeFileHandle directory, string name, int mode);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(SafeFileHandle from, string name, SafeFileHandle to, string newName);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint ReadLinkAt(SafeFileHandle directory, string name, byte* target, nint length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncFile(SafeFileHandle file);
}
