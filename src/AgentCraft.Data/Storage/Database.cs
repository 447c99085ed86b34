namespace AgentCraft.Data.Storage;

/// <summary>
/// One database, a file or a part of a database server: <see cref="Write"/> for one transaction, <see cref="Read"/> for one snapshot. It is opened, and migrated if need be,
/// by its first use; a failed opening is tried again by the next. What nobody uses may be closed meanwhile and is opened by the next use, so it can be kept for ever.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    // Restores in a row within one call; each waits until the one before is done.
    private const int MostReplacements = 20;

    // Whatever waits without its thread is compiled for that, method by method, from the tool up to the protocol, and a server's first answer
    // comes later for it. So the first who opens anything in a process waits with his.
    private static readonly TimeSpan FirstOpening = TimeSpan.FromSeconds(1);
    private static int _waited;

    private readonly Func<IOpenStore> _open;
    private readonly TimeSpan _patience;
    private readonly Func<AgentCraftException> _late;
    private readonly OpenLimit? _limit;
    private readonly object _opening = new();
    private SharedStore? _current;
    private Task _leaving = Task.CompletedTask;
    private Task? _closing;

    /// <param name="path">The file, or how a person knows the database.</param>
    /// <param name="patience">How long opening may take.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="late">The error when that takes longer.</param>
    /// <param name="limit">What bounds how many are open; null when it stays open.</param>
    internal Database(string path, TimeSpan patience, Func<IOpenStore> open, Func<AgentCraftException> late, OpenLimit? limit = null) =>
        (Path, _patience, _open, _late, _limit) = (path, patience, open, late, limit);

    /// <summary>The file, or how a person knows the database.</summary>
    public string Path { get; }

    /// <summary>
    /// Runs the work in one transaction and returns once it is committed, on disk by default. The work may run again if the transaction
    /// was lost, so it must have no effect but on the connection.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c>, <c>disk_full</c>, <c>store_unavailable</c>, or what the work threw.</exception>
    public async Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            using StoreUse use = await Use(cancellationToken);
            try
            {
                return await use.Store.Write(work, cancellationToken);
            }
            catch (StoreReplacedException) when (attempt < MostReplacements)
            {
                _ = Release(use.Shared);
            }
        }
    }

    /// <summary>
    /// Returns once all that could be read until now is on the disk: for who answers with what he has read, the result of an earlier call for instance, as if he
    /// had written it.
    /// </summary>
    public Task Confirm(CancellationToken cancellationToken = default) => Write(_ => true, cancellationToken);

    /// <summary>Runs the reads on one snapshot, without waiting for any writer.</summary>
    /// <exception cref="AgentCraftException"><c>query_timeout</c> when they take longer than the settings allow</exception>
    public Task<T> Read<T>(Func<Connection, T> read, CancellationToken cancellationToken = default) => ReadWithin(read, isLong: false, cancellationToken);

    /// <summary>The same for what may take its time: checks, exports, looking for what is rare.</summary>
    public Task<T> ReadLong<T>(Func<Connection, T> read, CancellationToken cancellationToken = default) => ReadWithin(read, isLong: true, cancellationToken);

    /// <summary>
    /// Runs, inside the gate, what is no transaction; only if nobody else is there, or about to be. False then, or what it returned. Never on a database server.
    /// </summary>
    internal async Task<bool> TryTend(Func<Connection, bool> work, CancellationToken cancellationToken = default)
    {
        using StoreUse use = await Use(cancellationToken);
        return use.Store.TryTend(work);
    }

    private async Task<T> ReadWithin<T>(Func<Connection, T> read, bool isLong, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            using StoreUse use = await Use(cancellationToken);
            try
            {
                return await use.Store.Read(read, isLong, cancellationToken);
            }
            catch (StoreReplacedException) when (attempt < MostReplacements)
            {
                _ = Release(use.Shared);
            }
        }
    }

    /// <summary>Names this life of the store; cursors carry it and a restore renews it.</summary>
    public async Task<string> Epoch(CancellationToken cancellationToken = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            using StoreUse use = await Use(cancellationToken);
            try
            {
                return await use.Store.Epoch(cancellationToken);
            }
            catch (StoreReplacedException) when (attempt < MostReplacements)
            {
                _ = Release(use.Shared);
            }
        }
    }

    /// <summary>Lets go of what is open: calls in flight end on it, later ones open it anew. Ends when it is closed.</summary>
    internal Task Release() => Release(Volatile.Read(ref _current));

    /// <summary>The same of one opening, unless somebody did so before.</summary>
    private Task Release(SharedStore? leaving)
    {
        lock (_opening)
        {
            if (leaving is null || _current != leaving)
                return _leaving;
            _current = null;
            return _leaving = Task.WhenAll(_leaving, leaving.Retire());
        }
    }

    /// <summary>It is open, but its path leads to another file by now, or to none.</summary>
    internal bool IsReplaced => Volatile.Read(ref _current) is { Opening: { IsCompletedSuccessfully: true } opened } && opened.Result.IsReplaced;

    /// <summary>
    /// Commits what is queued and closes the file, inside its gate; gives up waiting for that after half a second, when another process
    /// holds the gate. Later calls are refused with <c>stopping</c>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_opening)
            closing = _closing ??= Task.WhenAll(_leaving, _current?.Close() ?? Task.CompletedTask);
        try
        {
            await closing.WaitAsync(TimeSpan.FromMilliseconds(500));
        }
        catch (TimeoutException)
        {
            // The end of the process closes it as safely as kill -9 would.
        }
    }

    private ValueTask<StoreUse> Use(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is { } shared && shared.TryUse())
        {
            if (shared.Opening.IsCompletedSuccessfully)
                return new(new StoreUse(shared));
            shared.EndUse();
        }
        return new(Open(cancellationToken));
    }

    private async Task<StoreUse> Open(CancellationToken cancellationToken)
    {
        SharedStore shared = Share();
        try
        {
            TimeSpan left = _patience;
            if (Interlocked.Exchange(ref _waited, 1) == 0 && _patience > FirstOpening)
            {
                Task.WaitAny([shared.Opening], (int)FirstOpening.TotalMilliseconds, cancellationToken);
                left -= FirstOpening;
            }
            await shared.Opening.WaitAsync(left, cancellationToken);
            return new(shared);
        }
        catch (Exception failure)
        {
            shared.EndUse();
            if (failure is TimeoutException)
                throw _late();
            throw;
        }
    }

    /// <summary>What is open or being opened, in use by the caller from now on.</summary>
    private SharedStore Share()
    {
        lock (_opening)
        {
            if (_closing is not null)
                throw StoreErrors.Stopping();
            while (_current is null or { Opening.IsFaulted: true } || !_current.TryUse())
                _current = new(Path, _open, _limit, left => Interlocked.CompareExchange(ref _current, null, left));
            return _current;
        }
    }
}
