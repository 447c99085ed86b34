using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage;

/// <summary>
/// <c>FILE.mark</c>: which log is the file's. SQLite plays any well-formed log into any file, and takes a missing one for an empty one; so the
/// number that each new life of the log begins with is written down, inside the gate and on the disk. See DESIGN.md in this folder.
/// </summary>
/// <param name="databasePath">The database file.</param>
/// <param name="epoch">Of the store.</param>
internal sealed class LogMark(string databasePath, string epoch) : IDisposable
{
    /// <summary>Bytes of a log that holds nothing.</summary>
    public const int EmptyLog = 32;
    private const int Salt = 16, Length = 160;

    // In the place of a start of the machine: whoever was the last has closed the file, and all of it is on the disk.
    private const string Closed = "-";

    // Milliseconds.
    private const int Seldom = 50, Often = 5;

    // The system's times of files lag behind its clock by so much at most, and are only so fine.
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(20);

    private readonly string _logPath = databasePath + "-wal";
    private SafeFileHandle? _log;
    private FileIdentity _logIdentity;
    private SafeFileHandle? _mark;
    private volatile Marked? _noted;
    private long _nextLook;

    /// <summary>Names this start of the machine; null to leave what is noted.</summary>
    public string? Boot { get; set; }

    /// <summary>Somebody has deleted or replaced the log that is open: what is committed to it ends with the processes that have it.</summary>
    public bool IsLogGone { get; private set; }

    /// <summary>Where it is.</summary>
    public static string PathOf(string databasePath) => databasePath + ".mark";

    /// <summary>
    /// The machine has been started anew since somebody had the file open: of what was committed last and never acknowledged, some may have been
    /// seen and be gone.
    /// </summary>
    public static bool IsOfEarlierStart(string databasePath, string boot) => Read(databasePath) is { Boot: not ("" or Closed) and var before } && before != boot;

    /// <summary>What stands there; null when nobody has written one, or none that can be read.</summary>
    public static Marked? Read(string databasePath)
    {
        try
        {
            string[] words = File.ReadAllText(PathOf(databasePath)).Split(' ', StringSplitOptions.TrimEntries);
            return words is [var log, var ticks, var epoch, .. var rest] && uint.TryParse(log, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint number)
                && long.TryParse(ticks, CultureInfo.InvariantCulture, out long at)
                ? new(number, Utc(at), epoch, rest is [var file, ..] && long.TryParse(file, CultureInfo.InvariantCulture, out long changed) ? Utc(changed) : default, rest is [_, var start, ..] ? start : "") : null;
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

    /// <summary>Before each use: when the file was changed last. That somebody has brought the log into it is noted after the next commit.</summary>
    public void Saw(DateTime changedAt)
    {
        if (changedAt != _noted?.FileChangedAt)
            Volatile.Write(ref _nextLook, 0);
    }

    /// <summary>After each commit, inside the gate. It looks ten microseconds long, twenty times a second at most, and more often only after a checkpoint.</summary>
    public void NoteSometimes()
    {
        if (Environment.TickCount64 < Volatile.Read(ref _nextLook))
            return;
        Note();
        Volatile.Write(ref _nextLook, Environment.TickCount64 + (_noted is null or { Log: 0 } or { IsAfterFile: true } ? Seldom : Often));
    }

    /// <summary>Inside the gate.</summary>
    public void Note() => Note(Boot);

    private void Note(string? boot)
    {
        try
        {
            uint number = _log is null && !File.Exists(_logPath) ? 0 : NumberOf(_log ??= OpenLog());
            IsLogGone = _log is not null && FileIdentity.Of(_logPath) != _logIdentity;
            DateTime changedAt = FileStatus.Of(databasePath).ChangedAt;
            if (!IsNoted(number, changedAt, boot))
                _noted = Read(databasePath);
            bool isNoted = IsNoted(number, changedAt, boot);
            if (isNoted && (number == 0 || _noted!.IsAfterFile))
                return;
            Marked mark = new(number, number == 0 ? changedAt : File.GetLastWriteTimeUtc(_log!), epoch, changedAt, boot ?? _noted?.Boot ?? "");
            if (isNoted && !mark.IsAfterFile)
                return;
            Write(mark);
            _noted = mark;
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
        Note(Boot is null || File.Exists(_logPath) ? Boot : Closed);
        Dispose();
    }

    private bool IsNoted(uint number, DateTime changedAt, string? boot) =>
        _noted?.Log == number && _noted.FileChangedAt == changedAt && _noted.Epoch == epoch && (boot ?? _noted.Boot) == _noted.Boot;

    private void Write(Marked mark)
    {
        if (_mark is null)
            OwnedDirectory.CreateFile(PathOf(databasePath));
        _mark ??= File.OpenHandle(PathOf(databasePath), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(_mark, Encoding.ASCII.GetBytes($"{mark.Log:x8} {mark.At.Ticks} {epoch} {mark.FileChangedAt.Ticks} {mark.Boot} ".PadRight(Length - 1) + "\n"), 0);
        if (mark.Log != 0 && (_noted?.Log != mark.Log || _noted.Boot != mark.Boot))
            RandomAccess.FlushToDisk(_mark);
    }

    private static uint NumberOf(SafeFileHandle log)
    {
        Span<byte> header = stackalloc byte[EmptyLog];
        return RandomAccess.Read(log, header, 0) == EmptyLog ? BinaryPrimitives.ReadUInt32BigEndian(header[Salt..]) : 0;
    }

    private SafeFileHandle OpenLog()
    {
        _logIdentity = FileIdentity.Of(_logPath);
        return OpenLog(_logPath);
    }

    // SQLite keeps no locks on its log, so that closing a handle of ours drops none.
    private static SafeFileHandle OpenLog(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static DateTime Utc(long ticks) => new(ticks, DateTimeKind.Utc);

    /// <param name="Log">The number of the log; zero when it was empty or taken away.</param>
    /// <param name="At">When that log was last written to, as far as it was looked at.</param>
    /// <param name="Epoch">Of the store.</param>
    /// <param name="FileChangedAt">When the file was last written to, as whoever had the gate saw it.</param>
    /// <param name="Boot">The start of the machine since when it is open; empty in a mark of an older version.</param>
    internal sealed record Marked(uint Log, DateTime At, string Epoch, DateTime FileChangedAt, string Boot)
    {
        /// <summary>What was written to the log then is not in the file as long as nothing has been written to that since.</summary>
        public bool IsAfterFile => FileChangedAt < At - Lag;
    }
}
