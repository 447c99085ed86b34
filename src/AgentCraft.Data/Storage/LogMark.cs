using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage;

/// <summary>
/// <c>FILE.mark</c>: which log is the file's. SQLite plays any well-formed log into any file, and takes a missing one for an empty one; so the
/// number that each new life of the log begins with is written down, inside the gate and on the disk. See DESIGN.md in this folder.
/// </summary>
internal sealed class LogMark(string databasePath, string epoch) : IDisposable
{
    /// <summary>Bytes of a log that holds nothing.</summary>
    public const int EmptyLog = 32;
    private const int Salt = 16, Length = 64;

    private readonly string _logPath = databasePath + "-wal";
    private SafeFileHandle? _log;
    private SafeFileHandle? _mark;
    private uint? _noted;

    /// <summary>Where it is.</summary>
    public static string PathOf(string databasePath) => databasePath + ".mark";

    /// <summary>What stands there; null when nobody has written one, or none that can be read.</summary>
    public static Marked? Read(string databasePath)
    {
        try
        {
            string[] words = File.ReadAllText(PathOf(databasePath)).Split(' ', StringSplitOptions.TrimEntries);
            return words is [var log, var ticks, var epoch, ..] && uint.TryParse(log, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint number)
                && long.TryParse(ticks, CultureInfo.InvariantCulture, out long at) ? new(number, new(at, DateTimeKind.Utc), epoch) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The number that the log at this path begins with; zero for one that holds nothing.</summary>
    public static uint NumberOf(string logPath)
    {
        try
        {
            using SafeFileHandle log = OpenLog(logPath);
            return NumberOf(log);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The file is about to come into being: what is said there is of an earlier one.</summary>
    public static void Forget(string databasePath) => File.Delete(PathOf(databasePath));

    /// <summary>After each commit, inside the gate: a microsecond, unless the log has begun anew.</summary>
    public void Note()
    {
        try
        {
            uint number = _log is null && !File.Exists(_logPath) ? 0 : NumberOf(_log ??= OpenLog(_logPath));
            if (number == _noted)
                return;
            _noted = number;
            Write(number);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk. Whoever finds another number than the next one looks at the whole file instead.
        }
    }

    public void Dispose()
    {
        _log?.Dispose();
        _mark?.Dispose();
        (_log, _mark) = (null, null);
    }

    /// <summary>Inside the gate, after the connections are closed: who was the last has taken the log away.</summary>
    public void Close()
    {
        Dispose();
        Note();
        Dispose();
    }

    private void Write(uint number)
    {
        if (Read(databasePath) is { } there && there.Log == number && there.Epoch == epoch)
            return;
        if (_mark is null)
            OwnedDirectory.CreateFile(PathOf(databasePath));
        _mark ??= File.OpenHandle(PathOf(databasePath), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(_mark, Encoding.ASCII.GetBytes($"{number:x8} {DateTime.UtcNow.Ticks} {epoch} ".PadRight(Length - 1) + "\n"), 0);
        if (number != 0)
            RandomAccess.FlushToDisk(_mark);
    }

    private static uint NumberOf(SafeFileHandle log)
    {
        Span<byte> header = stackalloc byte[EmptyLog];
        return RandomAccess.Read(log, header, 0) == EmptyLog ? BinaryPrimitives.ReadUInt32BigEndian(header[Salt..]) : 0;
    }

    // SQLite keeps no locks on its log, so that closing a handle of ours drops none.
    private static SafeFileHandle OpenLog(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <param name="Log">The number of the log; zero when it was empty or taken away.</param>
    /// <param name="At">When that was written down.</param>
    /// <param name="Epoch">Of the store.</param>
    internal sealed record Marked(uint Log, DateTime At, string Epoch);
}
