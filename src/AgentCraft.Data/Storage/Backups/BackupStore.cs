using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>The backups of a root: making, listing, verifying and rotating them. On PostgreSQL all of it is refused, with the way to go.</summary>
public sealed class BackupStore
{
    private const string ListName = "backups";

    /// <summary>How long others may take for theirs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Databases _databases;
    private readonly StoreSettings _store;
    private readonly BackupSettings _settings;
    private readonly AgentStore _agents;
    private readonly EventStore _events;
    private readonly IdempotencyKeys _keys;
    private readonly StorePaths _paths;
    private readonly BackupFolder _folder;

    internal BackupStore(Databases databases, StoreSettings store, BackupSettings settings, AgentStore agents, EventStore events, IdempotencyKeys keys)
    {
        (_databases, _store, _settings, _agents, _events, _keys) = (databases, store, settings, agents, events, keys);
        _folder = new(_paths = new(databases.Root, store));
    }

    internal BackupSettings Settings => _settings;

    internal bool IsForFiles => _store.Postgres is null;

    /// <summary>Makes one now and removes what is too much then.</summary>
    /// <param name="agent">Who asks for it; null on the command line.</param>
    /// <param name="idempotencyKey">The client's key.</param>
    /// <param name="progress">Told after each file how many of how many are done.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="AgentCraftException"><c>not_supported</c>, <c>not_found</c>, <c>disk_full</c>, <c>store_busy</c></exception>
    public async Task<CreatedBackup> Create(string? agent = null, string? idempotencyKey = null, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        IdempotencyKeys.Check(idempotencyKey);
        AgentRef? by = agent is null ? null : await _databases.Central.Read(c => _agents.Identify(c, agent), cancellationToken);
        RequireFiles();
        using FileLock held = await FileLock.Take(_paths.BackupLock, Patience, cancellationToken) ?? throw BackupErrors.Busy(Patience);
        if (idempotencyKey is not null && await Earlier(by, idempotencyKey, cancellationToken) is { } earlier)
        {
            await _databases.Central.Confirm(cancellationToken);
            return earlier with { Replayed = true };
        }
        return await Make(BackupReason.OnDemand, by, idempotencyKey, progress, cancellationToken);
    }

    /// <summary>Makes the one that is due, unless another process does or has done so.</summary>
    internal async Task<CreatedBackup?> CreateWhenDue(CancellationToken cancellationToken)
    {
        if (!IsDue)
            return null;
        using FileLock? held = FileLock.TryTake(_paths.BackupLock);
        // Another process may have been faster.
        return held is null || !IsDue ? null : await Make(BackupReason.Scheduled, null, null, null, cancellationToken);
    }

    /// <summary>One page of the sets, the newest first.</summary>
    public async Task<BackupPage> List(int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await _databases.Central.Epoch(cancellationToken);
        long before = cursor is null ? long.MaxValue : Cursor.Parse(cursor, ListName, epoch).Seq;
        RequireFiles();
        List<BackupSet> all = _folder.List();
        List<BackupSet> page = [.. all.Where(set => set.CreatedAt.ToUnixTimeMilliseconds() < before).Take(limit + 1)];
        bool hasMore = Paging.CutToPage(page, limit);
        return new()
        {
            Backups = page, Total = all.Count, TotalSize = all.Sum(set => set.Size), HasMore = hasMore,
            Cursor = page.Count == 0 ? cursor : new Cursor(ListName, epoch, page[^1].CreatedAt.ToUnixTimeMilliseconds()).ToString(),
        };
    }

    /// <summary>All sets, the newest first, without opening the store.</summary>
    public IReadOnlyList<BackupSet> List()
    {
        RequireFiles();
        return _folder.List();
    }

    /// <summary>The set of that name, or the newest complete one.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public BackupSet Get(string? name)
    {
        RequireFiles();
        return _folder.Get(name);
    }

    /// <summary>Looks at the whole of a set: the newest complete one unless one is named.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public VerifiedBackup Verify(string? name = null, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireFiles();
        BackupSet set = _folder.Get(name);
        IReadOnlyList<BackupDamageReport> damages = new BackupVerifier(_store, new AgentSchemas(_databases.Root, "sqlite")).Verify(set.Path, progress, cancellationToken);
        return new() { Backup = set, Sound = damages.Count == 0, Damages = damages };
    }

    /// <summary>The newest complete one is older than the interval; of a store that has none yet, the store is.</summary>
    private bool IsDue => File.Exists(_paths.Central) && _databases.Time.GetUtcNow() is var now && Newest() is var newest
        // A time that is still to come is of a clock that was wrong.
        && (newest > now || now - newest >= TimeSpan.FromSeconds(_settings.Interval));

    private DateTimeOffset Newest() => _folder.Newest()?.CreatedAt
        ?? new DateTimeOffset(File.GetCreationTimeUtc(Path.GetDirectoryName(_paths.Central)!), TimeSpan.Zero);

    private async Task<CreatedBackup> Make(BackupReason reason, AgentRef? by, string? key, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            BackupSet set = await Task.Run(() =>
            {
                new RestoreGuard(_paths).Finish();
                return new BackupMaker(_paths, _store, _databases.Time).MakeAll(reason, progress, cancellationToken);
            }, cancellationToken);
            CreatedBackup created = new() { Backup = set, Removed = Rotate(set.Name) };
            return await Tell(created, by, key, new() { Reason = reason });
        }
        catch (AgentCraftException failure) when (failure.Code is ErrorCodes.DiskFull or ErrorCodes.StoreUnavailable or ErrorCodes.StoreDamaged)
        {
            await TellFailure(failure, by);
            throw;
        }
    }

    private List<string> Rotate(string kept)
    {
        List<string> removed = [];
        foreach (BackupSet set in Rotation.Of(_folder.List(), kept, _settings))
            try
            {
                _folder.Remove(set);
                removed.Add(set.Name);
            }
            catch (Exception left) when (left is IOException or UnauthorizedAccessException)
            {
                // Somebody looks into it, or owns it: the next backup tries again.
            }
        return removed;
    }

    private Task<CreatedBackup?> Earlier(AgentRef? by, string key, CancellationToken cancellationToken) => _databases.Central.Read(
        c => _keys.Peek(c, Owner(by), key, new BackupWish { Reason = BackupReason.OnDemand }, DataJson.Default.BackupWish, DataJson.Default.CreatedBackup), cancellationToken);

    private Task<CreatedBackup> Tell(CreatedBackup created, AgentRef? by, string? key, BackupWish wish) => _databases.Central.Write(c => _keys.Run(
        c, Owner(by), key, wish, DataJson.Default.BackupWish, DataJson.Default.CreatedBackup, () =>
        {
            _events.Append(c, new("backup_created")
            {
                AgentSeq = by?.Seq, EntityType = "backup", EntityId = created.Backup.Name,
                Data = $$"""{"reason":"{{SnakeCase.Of(wish.Reason)}}","files":{{created.Backup.Files}},"size":{{created.Backup.Size}},"removed":{{created.Removed.Count}}}""",
            });
            return created;
        }).Result);

    private async Task TellFailure(AgentCraftException failure, AgentRef? by)
    {
        try
        {
            await _databases.Central.Write(c => _events.Append(c, new("backup_failed") { AgentSeq = by?.Seq, EntityType = "backup", Data = $$"""{"code":"{{failure.Code}}"}""" }));
        }
        catch (AgentCraftException)
        {
            // What keeps the backup from being made may keep this from being written; the caller is told the first.
        }
    }

    private static string Owner(AgentRef? by) => by?.Id ?? "admin";

    private void RequireFiles()
    {
        if (!IsForFiles)
            throw BackupErrors.NotOnServer();
    }
}
