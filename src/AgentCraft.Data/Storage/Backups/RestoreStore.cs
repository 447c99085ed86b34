using System.Globalization;
using System.Security.Cryptography;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Events;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage.Schemas;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>
/// Puts a backup into the place of the store. The new files are made ready beside the old ones; then, with all gates held, a journal is
/// written and the files change places. Servers go on afterwards; a process that is killed in between leaves the journal, by which the
/// next one finishes. See DESIGN.md.
/// </summary>
public sealed class RestoreStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Databases _databases;
    private readonly StoreSettings _store;
    private readonly EventStore _events;
    private readonly AuditArchive _archive;
    private readonly StorePaths _paths;
    private readonly RestoreGuard _guard;

    internal RestoreStore(Databases databases, StoreSettings store, EventStore events, AuditArchive archive)
    {
        (_databases, _store, _events, _archive, _paths) = (databases, store, events, archive, new(databases.Root, store));
        _guard = new(_paths);
    }

    /// <summary>Told at the points at which a test cuts it off.</summary>
    internal Action<string>? At { get; set; }

    /// <summary>Restores the newest complete set unless one is named.</summary>
    /// <param name="name">Which.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellationToken">Gives up as long as nothing is replaced.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>backup_damaged</c>, <c>store_busy</c>, <c>disk_full</c>, <c>not_supported</c></exception>
    public Task<RestoredBackup> Restore(string? name = null, Action<string>? progress = null, CancellationToken cancellationToken = default) =>
        Restore(name, Patience, progress, cancellationToken);

    internal async Task<RestoredBackup> Restore(string? name, TimeSpan patience, Action<string>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_store.Postgres is not null)
            throw BackupErrors.NotOnServer();
        _guard.RefuseMoved();
        using FileLock held = await FileLock.Take(_paths.BackupLock, Patience, cancellationToken) ?? throw BackupErrors.Busy(Patience);
        BackupSet set = new BackupFolder(_paths).Get(name);
        RestoredBackup restored = await Task.Run(() => Replace(set, patience, progress, cancellationToken), cancellationToken);
        await Tell(restored);
        return restored;
    }

    private RestoredBackup Replace(BackupSet set, TimeSpan patience, Action<string>? progress, CancellationToken cancellationToken)
    {
        _guard.FinishOrAbandon(_databases.Time.GetUtcNow());
        progress?.Invoke($"Verifying {set.Name}");
        BackupManifest manifest = Sound(set, cancellationToken);
        progress?.Invoke("Backing up what is there");
        (BackupSet? safety, string? unsafeWhy) = KeepWhatIs(cancellationToken);
        progress?.Invoke("Making the files ready");
        try
        {
            Stage(set, manifest, cancellationToken);
            progress?.Invoke("Replacing the files");
            string replaced = Swap(manifest, set.Name, patience);
            WakeAll();
            return new()
            {
                Backup = set, SafetyBackup = safety?.Name, NoSafetyBackup = unsafeWhy, Replaced = Directory.Exists(replaced) ? replaced : null, Files = manifest.Files.Count,
            };
        }
        catch (Exception failure)
        {
            if (!_guard.IsPending)
                SweepStaged();
            if (BackupErrors.Translate(failure, _paths) is { } known)
                throw known;
            throw;
        }
    }

    private BackupManifest Sound(BackupSet set, CancellationToken cancellationToken)
    {
        IReadOnlyList<BackupDamageReport> damages = new BackupVerifier(_store, new AgentSchemas(_databases.Root, "sqlite")).Verify(set.Path, null, cancellationToken);
        return damages.Count == 0 ? BackupManifest.Read(set.Path) : throw new AgentCraftException(ErrorCodes.BackupDamaged,
            $"The backup {set.Name} is damaged and was not restored: {damages[0].File}: {damages[0].Message}{(damages.Count > 1 ? $", and {damages.Count - 1} more" : "")}.",
            $"agentcraft backup verify {set.Name} shows all of it; agentcraft backup list shows others.");
    }

    /// <summary>What is damaged cannot be backed up; it is kept as it is, among the replaced files.</summary>
    private (BackupSet?, string?) KeepWhatIs(CancellationToken cancellationToken)
    {
        if (!File.Exists(_paths.Central))
            return (null, "there was no store");
        try
        {
            return (new BackupMaker(_paths, _store, _databases.Time).MakeAll(BackupReason.BeforeRestore, null, cancellationToken), null);
        }
        catch (AgentCraftException damaged) when (damaged.Code is ErrorCodes.StoreDamaged or ErrorCodes.StoreUnavailable or ErrorCodes.NotFound)
        {
            return (null, damaged.Message);
        }
    }

    /// <summary>The new files beside the old ones, each of a new life, on the disk.</summary>
    private void Stage(BackupSet set, BackupManifest manifest, CancellationToken cancellationToken)
    {
        SweepStaged();
        foreach (string agent in manifest.Files.Select(file => file.Agent).OfType<string>())
            if (LinkWay.Inside(_paths.Root, Path.GetRelativePath(_paths.Root, _paths.Agent(agent)).Split(Path.DirectorySeparatorChar)) is null)
                throw new AgentCraftException(ErrorCodes.NotAllowed, $".agents/{agent} leads out of the project through a link; nothing was restored.", "Put a directory in the place of the link.");
        foreach (BackupFile file in manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string staged = new RestoreStep(file.Agent, true).Staged(_paths);
            OwnedDirectory.Create(Path.GetDirectoryName(staged)!);
            OwnedDirectory.CreateFile(staged);
            File.Copy(Path.Combine(set.Path, file.Path), staged, overwrite: true);
            BeginNewLife(staged);
            DiskSync.File(staged);
            At?.Invoke("staged");
        }
        foreach (string folder in manifest.Files.Select(file => Path.GetDirectoryName(new RestoreStep(file.Agent, true).Live(_paths))!))
            DiskSync.Folder(folder);
    }

    /// <summary>Cursors of the old one are told so, whichever file they belong to.</summary>
    private void BeginNewLife(string staged)
    {
        using Connection c = CopyConnections.ForWriting(staged, _store);
        c.First<string>("PRAGMA journal_mode = WAL");
        c.Execute("UPDATE store_info SET value = @Epoch WHERE key = 'epoch'", new { Epoch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)) });
    }

    /// <summary>From here on it is done, by us or by whoever finds the journal. Returns where the old files are.</summary>
    private string Swap(BackupManifest manifest, string backup, TimeSpan patience)
    {
        using FileLock _ = FileLock.Take(_paths.RestoreLock, patience, CancellationToken.None).GetAwaiter().GetResult() ?? throw BackupErrors.Busy(patience);
        HashSet<string> kept = new(manifest.Files.Select(file => file.Agent).OfType<string>(), OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        RestoreJournal journal = new()
        {
            Backup = backup,
            Replaced = NewPlace(),
            Steps = [.. manifest.Files.Select(file => new RestoreStep(file.Agent, HasNew: true)),
                .. manifest.Complete ? _paths.AgentNames().Where(agent => !kept.Contains(agent)).Select(agent => new RestoreStep(agent, HasNew: false)) : []],
        };
        using RestoreGates gates = RestoreGates.Enter(journal.Files(_paths), patience);
        At?.Invoke("gates");
        // Whoever moves the store away began while the files were made ready.
        _guard.RefuseMoved();
        foreach (string file in journal.Files(_paths))
        {
            Checkpoint(file);
            RequireClosed(file);
        }
        journal.Write(_paths);
        At?.Invoke("journal");
        _guard.Apply(journal, At);
        return Path.Combine(_paths.Replaced, journal.Replaced);
    }

    private string NewPlace()
    {
        string name = _databases.Time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
        return Directory.Exists(Path.Combine(_paths.Replaced, name)) ? BackupSet.NewName(_databases.Time.GetUtcNow()) : name;
    }

    /// <summary>So that the old file is whole without its log. While a reader keeps that from being done, or in a damaged file, the log goes with it.</summary>
    private void Checkpoint(string file)
    {
        if (!File.Exists(file))
            return;
        try
        {
            FileSigns.Check(file, _store);
            using Connection c = CopyConnections.ForWriting(file, _store with { WriteTimeout = TimeSpan.FromMilliseconds(500) });
            c.Query<long>("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (Exception damaged) when (damaged is SqliteException or AgentCraftException)
        {
            // It is kept as it is.
        }
    }

    /// <summary>Windows replaces no file that somebody has open; after the journal it would be too late to notice.</summary>
    private static void RequireClosed(string file)
    {
        if (!OperatingSystem.IsWindows() || !File.Exists(file))
            return;
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
        }
        catch (IOException held)
        {
            throw new AgentCraftException(ErrorCodes.StoreBusy, $"{file} is open in another program, and Windows replaces no open file.",
                "Stop the servers of this project, then repeat the command.", retryable: true, held);
        }
    }

    /// <summary>Left by a restore that ended before its journal.</summary>
    private void SweepStaged()
    {
        foreach (string staged in _paths.AllFiles().Select(RestoreStep.StagedOf).SelectMany(staged => new[] { staged, staged + "-wal", staged + "-shm", staged + "-journal" }).Where(File.Exists))
            File.Delete(staged);
    }

    /// <summary>Who waits for something looks again, and sees the new store.</summary>
    private void WakeAll()
    {
        string signals = Path.Combine(Path.GetDirectoryName(_paths.Central)!, "signals");
        if (Directory.Exists(signals))
            _databases.Signals.Pulse([.. Directory.EnumerateDirectories(signals).Select(folder => Path.GetFileName(folder)!)]);
    }

    /// <summary>In the new store, for whoever wonders; who may call, and what the audit log says, does not go back with it.</summary>
    private async Task Tell(RestoredBackup restored)
    {
        ReplacedTrust before = ReplacedTrust.Read(restored.Replaced, _store, _archive);
        await _databases.Central.Write(c =>
        {
            string kept = before.Keep(c);
            AuditLog.Append(c, AuditEntry.ByPerson("store_restored") with { Target = restored.Backup.Name, Detail = $"safety backup {restored.SafetyBackup ?? "none"}. {kept}" });
            return _events.Append(c, new("store_restored")
            {
                EntityType = "backup", EntityId = restored.Backup.Name, Data = $$"""{"files":{{restored.Files}},"safetyBackup":{{(restored.SafetyBackup is { } name ? $"\"{name}\"" : "null")}}}""",
            });
        });
    }
}

/// <summary>What a restore did.</summary>
public sealed record RestoredBackup
{
    /// <summary>The set whose files are the store's now.</summary>
    public required BackupSet Backup { get; init; }
    /// <summary>How many files.</summary>
    public int Files { get; init; }
    /// <summary>The backup of what was there before.</summary>
    public string? SafetyBackup { get; init; }
    /// <summary>Why there is none.</summary>
    public string? NoSafetyBackup { get; init; }
    /// <summary>Where the files are that were there before; null when there were none.</summary>
    public string? Replaced { get; init; }
}
