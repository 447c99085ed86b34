using System.Buffers.Text;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage;

/// <summary>
/// <c>FILE.holder</c>: the process that took the gate of a database file last. It holds the gate still only while the gate is taken.
/// A file of its own, because on Windows a locked file cannot be read.
/// </summary>
internal sealed class HolderFile(string databasePath) : IDisposable
{
    private const int Length = 10;
    private static readonly byte[] Self = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString().PadRight(Length));

    private readonly SafeFileHandle? _file = TryOpen(PathOf(databasePath));

    /// <summary>Where the process id stands.</summary>
    public static string PathOf(string databasePath) => databasePath + ".holder";

    /// <summary>The process id in the file of this database; null when there is none.</summary>
    public static int? Read(string databasePath)
    {
        try
        {
            byte[] text = File.ReadAllBytes(PathOf(databasePath));
            return Utf8Parser.TryParse(text, out int pid, out _) ? pid : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes this process's id.</summary>
    public void Sign()
    {
        try
        {
            if (_file is not null)
                RandomAccess.Write(_file, Self, 0);
        }
        catch (IOException)
        {
            // A full disk: the gate is held all the same, only the message of a waiter names nobody.
        }
    }

    public void Dispose() => _file?.Dispose();

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            OwnedDirectory.CreateFile(path);
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
