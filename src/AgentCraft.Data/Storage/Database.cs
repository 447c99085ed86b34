namespace AgentCraft.Data.Storage;

/// <summary>
/// One database, a file or a part of a database server: <see cref="Write"/> for one transaction, <see cref="Read"/> for one snapshot. It is opened, and migrated if need be,
/// by its first use; a failed opening is tried again by the next.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly Func<IOpenStore> _open;
    private readonly TimeSpan _patience;
    private readonly Func<AgentCraftException> _late;
    private readonly object _opening = new();
    private Task<IOpenStore>? _file;
    private Task? _closing;

    /// <param name="path">The file, or how a person knows the database.</param>
    /// <param name="patience">How long opening may take.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="late">The error when that takes longer.</param>
    internal Database(string path, TimeSpan patience, Func<IOpenStore> open, Func<AgentCraftException> late) =>
        (Path, _patience, _open, _late) = (path, patience, open, late);

    /// <summary>The file, or how a person knows the database.</summary>
    public string Path { get; }

    /// <summary>
    /// Runs the work in one transaction and returns once it is committed, on disk by default. The work may run again if the transaction
    /// was lost, so it must have no effect but on the connection.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c>, <c>disk_full</c>, <c>store_unavailable</c>, or what the work threw.</exception>
    public async Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken = default) =>
        await (await Opened(cancellationToken)).Write(work, cancellationToken);

    /// <summary>Runs the reads on one snapshot, without waiting for any writer.</summary>
    public async Task<T> Read<T>(Func<Connection, T> read, CancellationToken cancellationToken = default) =>
        await (await Opened(cancellationToken)).Read(read, cancellationToken);

    /// <summary>Names this life of the store; cursors carry it and a restore renews it.</summary>
    public async Task<string> Epoch(CancellationToken cancellationToken = default) => await (await Opened(cancellationToken)).Epoch(cancellationToken);

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

    private static Task Close(Task<IOpenStore>? file) => file is null ? Task.CompletedTask : file.ContinueWith(
        opened =>
        {
            if (opened.IsCompletedSuccessfully)
                opened.Result.Close();
        },
        CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);

    private ValueTask<IOpenStore> Opened(CancellationToken cancellationToken) =>
        _file is { IsCompletedSuccessfully: true } opened ? new(opened.Result) : new(Open(cancellationToken));

    private async Task<IOpenStore> Open(CancellationToken cancellationToken)
    {
        Task<IOpenStore> opening;
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
            throw _late();
        }
    }
}
