using System.Runtime.InteropServices;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>Waits until the disk has it. Only for files that no SQLite connection has open: see DESIGN.md.</summary>
internal static partial class DiskSync
{
    private const int CloseOnExecLinux = 0x80000, CloseOnExecMac = 0x1000000;

    /// <summary>A file's contents.</summary>
    public static void File(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>The names in a directory: without it a renamed file may have its old name after a power cut. Windows keeps names by itself.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(path, OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExecLinux);
        if (descriptor < 0)
            return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    /// <summary>A new file with this text, under its name only when it is whole and on the disk.</summary>
    public static void Write(string path, ReadOnlySpan<byte> text)
    {
        string temporary = path + ".tmp";
        System.IO.File.Delete(temporary);
        OwnedDirectory.CreateFile(temporary);
        using (FileStream stream = new(temporary, FileMode.Open))
        {
            stream.Write(text);
            stream.Flush(flushToDisk: true);
        }
        System.IO.File.Move(temporary, path, overwrite: true);
        Folder(Path.GetDirectoryName(path)!);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
