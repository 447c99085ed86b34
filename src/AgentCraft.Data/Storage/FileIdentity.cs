using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AgentCraft.Data.Storage;

/// <summary>
/// Which file a path leads to: device and inode, asked without opening it. While somebody has a file open, no other gets its inode.
/// On Windows an open database cannot be replaced, so it is always the same.
/// </summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int CurrentDirectory = -100, InodeWanted = 0x100;

    /// <summary>The file's; the default where there is none.</summary>
    public static FileIdentity Of(string path)
    {
        // Longer than either answer. Its places are fixed: they are part of what the kernel, or macOS, promises to programs.
        Span<byte> answer = stackalloc byte[256];
        if (OperatingSystem.IsLinux())
            return StatX(CurrentDirectory, path, 0, InodeWanted, answer) == 0 ? In(answer) : default;
        if (OperatingSystem.IsMacOS())
            return (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Stat64(path, answer) : Stat(path, answer)) == 0
                ? new(BinaryPrimitives.ReadUInt32LittleEndian(answer), Number(answer[8..])) : default;
        return default;
    }

    /// <summary>In what statx has said.</summary>
    public static FileIdentity In(ReadOnlySpan<byte> answer) => new(Number(answer[136..]), Number(answer[32..]));

    private static ulong Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat64(string path, Span<byte> answer);
}
