using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AgentCraft.Data.Storage;

/// <summary>What the system says of a file without opening it: whose it is, and when it was last changed in any way.</summary>
/// <param name="Owner">The user's number; null where that cannot be told.</param>
/// <param name="ChangedAt">Contents, owner, name or permissions; on Linux no program can set it back.</param>
/// <param name="Identity">Which file it is.</param>
internal readonly partial record struct FileStatus(uint? Owner, DateTime ChangedAt, FileIdentity Identity)
{
    private const int CurrentDirectory = -100, Writable = 2;
    private const uint BasicStatus = 0x7ff;

    /// <summary>The user that this process runs as; null on Windows.</summary>
    public static uint? Self => OperatingSystem.IsWindows() ? null : EffectiveUser();

    public static FileStatus Of(string path)
    {
        Span<byte> answer = stackalloc byte[256];
        if (!OperatingSystem.IsLinux() || StatX(CurrentDirectory, path, 0, BasicStatus, answer) != 0)
            return new(null, File.GetLastWriteTimeUtc(path), FileIdentity.Of(path));
        long ticks = (BinaryPrimitives.ReadInt64LittleEndian(answer[96..]) * TimeSpan.TicksPerSecond) + (BinaryPrimitives.ReadUInt32LittleEndian(answer[104..]) / 100);
        return new(BinaryPrimitives.ReadUInt32LittleEndian(answer[20..]), DateTime.UnixEpoch.AddTicks(ticks), FileIdentity.In(answer));
    }

    /// <summary>False when permissions or a read-only disk keep this process from writing there; asked without opening it.</summary>
    public static bool IsWritable(string path) => OperatingSystem.IsWindows() || Access(path, Writable) == 0;

    /// <summary>The path or its nearest directory is another user's: who, and who this is. Empty when it is not.</summary>
    public static string OwnerPhrase(string path)
    {
        string there = File.Exists(path) || Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        return Self is { } self && Of(there).Owner is { } owner && owner != self ? $" It belongs to the user with the id {owner}, and this process runs as {self}." : "";
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
