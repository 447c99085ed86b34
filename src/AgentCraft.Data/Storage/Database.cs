namespace AgentCraft.Data.Storage;

/// <summary>
/// One database file: <see cref="Write"/> for one transaction, <see cref="Read"/> for one snapshot. It is opened, and migrated if need be,
/// by its first use; a failed opening is tried again by the next.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly Func<OpenFile> _open;
    private readonly TimeSpan _patience;
    private readonly object _opening = new();
    private Task<OpenFile>? _file;
    private Task? _closing;

    internal Database(string path, TimeSpan patience, Func<OpenFile> open) => (Path, _patience, _open) = (path, patience, open);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>
    /// Runs the work in one transaction and returns once it is committed, on disk by default. The work may run again if the transaction
    /// was lost, so it must have no effect but on the connection.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c>, <c>disk_full</c>, <c>store_unavailable</c>, or what the work threw.</exception>
    public async Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken = default) =>
        await (await File(cancellationToken)).Writer.Write(work, _patience, cancellationToken);

    /// <summary>Runs the reads on one snapshot of the file, without waiting for any writer.</summary>
    public async Task<T> Read<T>(Func<Connection, T> read, CancellationToken cancellationToken = default) =>
        (await File(cancellationToken)).Readers.Read(read);

    /// <summary>Names this life of the file; cursors carry it and a restore renews it.</summary>
    public async Task<string> Epoch(CancellationToken cancellationToken = default) => (await File(cancellationToken)).Epoch;

    /// <summary>
    /// Commits what is queued and closes the file, inside its gate; gives up waiting for that after half a second, when another process
    /// holds the gate. Later calls are refused with <c>stopping</c>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_opening)
            closing = _closing ??= Close(_file);
        try
        {
            await closing.WaitAsync(TimeSpan.FromMilliseconds(500));
        }
        catch (TimeoutException)
        {
            // The end of the process closes it as safely as kill -9 would.
        }
    }

    private static Task Close(Task<OpenFile>? file) => file is null ? Task.CompletedTask : file.ContinueWith(
        opened =>
        {
            if (opened.IsCompletedSuccessfully)
                opened.Result.Close();
        },
        CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);

    private ValueTask<OpenFile> File(CancellationToken cancellationToken) =>
        _file is { IsCompletedSuccessfully: true } opened ? new(opened.Result) : new(Open(cancellationToken));

    private async Task<OpenFile> Open(CancellationToken cancellationToken)
    {
        Task<OpenFile> opening;
        lock (_opening)
        {
            if (_closing is not null)
                throw StoreErrors.Stopping();
            if (_file is null or { IsFaulted: true })
                // A thread of its own: opening waits in the gate, which cannot be interrupted.
                _file = Task.Factory.StartNew(_open, TaskCreationOptions.LongRunning);
            opening = _file;
        }
        try
        {
            return await opening.WaitAsync(_patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw StoreErrors.Busy(Path, HolderFile.Read(Path), _patience);
        }
    }
}
