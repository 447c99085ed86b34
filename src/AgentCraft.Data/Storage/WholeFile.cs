using System.Runtime.InteropServices;
using System.Text;

namespace AgentCraft.Data.Storage;

/// <summary>Replaces a file as a whole: a reader, and a power cut, find all of the old one or all of the new one.</summary>
public static partial class WholeFile
{
    private const int ReadOnly = 0;

    /// <summary>Writes UTF-8 beside the file, brings it to the disk, and renames it over the file, whose permissions it takes.</summary>
    /// <param name="path">The file; it need not exist, its directory must.</param>
    /// <param name="text">All of it.</param>
    /// <exception cref="IOException">Nothing is changed then, and nothing left beside the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, string text)
    {
        string temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            WriteToDisk(temporary, text, path);
            File.Move(temporary, path, overwrite: true);
            SyncDirectory(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>On disk before the rename is, or a power cut could leave the new name on an empty file.</summary>
    private static void WriteToDisk(string temporary, string text, string path)
    {
        using FileStream stream = new(temporary, FileMode.CreateNew);
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(path));
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Brings renames and new names in a directory to the disk; where that cannot be asked for, the system does it in its time.</summary>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows() || Open(directory, ReadOnly) is var descriptor && descriptor < 0)
            return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
