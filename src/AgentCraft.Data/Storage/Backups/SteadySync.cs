using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>
/// Has the disk take a large file bit by bit while it is being written. All of it at once, at the end, would keep others' commits
/// waiting, which need the same disk. Only for a file that nobody else has open.
/// </summary>
internal sealed class SteadySync : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly SafeFileHandle _file;
    private readonly Timer _timer;
    private int _syncing;

    public SteadySync(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _timer = new(_ => Sync(), null, Interval, Interval);
    }

    public void Dispose()
    {
        using ManualResetEvent ended = new(initialState: false);
        if (_timer.Dispose(ended))
            ended.WaitOne();
        _file.Dispose();
    }

    private void Sync()
    {
        if (Interlocked.Exchange(ref _syncing, 1) != 0)
            return;
        try
        {
            RandomAccess.FlushToDisk(_file);
        }
        catch (IOException)
        {
            // The last sync, which counts, says what is wrong.
        }
        finally
        {
            Volatile.Write(ref _syncing, 0);
        }
    }
}
