using System.Security.Cryptography;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>
/// Makes backup sets: SQLite copies each file in one step (VACUUM INTO) while others go on writing. Central comes first and the agents'
/// files after it, so that nothing is missing that central names: what it refers to was written before it.
/// </summary>
internal sealed class BackupMaker(StorePaths paths, StoreSettings settings, TimeProvider time)
{
    private readonly BackupFolder _folder = new(paths);

    /// <summary>A complete set. The caller holds the backup lock; nobody sees the set before it is whole and on the disk.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="progress">Told after each file how many of how many are done.</param>
    /// <param name="cancellationToken">Leaves nothing behind.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>disk_full</c>, <c>store_unavailable</c></exception>
    public BackupSet MakeAll(BackupReason reason, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(paths.Central))
            throw new AgentCraftException(ErrorCodes.NotFound, $"There is no store in {paths.Root} yet: nothing to back up.", "The first call of a tool makes one.");
        return Make(reason, "", All(Copy), progress, cancellationToken);
    }

    /// <summary>
    /// Before a file is migrated, inside its gate and by the connection that will do so: of central a complete set, of an agent's file
    /// one of its own, for the other files are not about to change.
    /// </summary>
    public void BeforeMigration(Connection connection, string? agent)
    {
        string migrated = agent is null ? paths.Central : paths.Agent(agent);
        Make(BackupReason.BeforeMigration, agent is null ? ".migration" : $".migration-{agent}", agent is null ? All(Copied) : [new(agent, migrated, Copied)]);

        void Copied(string source, string target)
        {
            if (source == migrated)
                Copy(connection, target);
            else
                Copy(source, target);
        }
    }

    private IEnumerable<Source> All(Action<string, string> copy)
    {
        yield return new(null, paths.Central, copy);
        // Looked for only now: whoever is named in central has had a file before.
        foreach (string name in paths.AgentNames())
            yield return new(name, paths.Agent(name), copy);
    }

    private BackupSet Make(BackupReason reason, string mark, IEnumerable<Source> sources, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        _folder.Sweep(mark);
        string? making = null;
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            (string name, making) = _folder.New(now, mark);
            BackupManifest manifest = Fill(making, sources, progress, cancellationToken) with { CreatedAt = now, Reason = reason };
            DiskSync.Write(Path.Combine(making, BackupManifest.FileName), manifest.ToJson());
            return _folder.Finish(name, making);
        }
        catch (Exception failure)
        {
            if (making is not null)
                BackupFolder.Discard(making);
            if (BackupErrors.Translate(failure, paths) is { } known)
                throw known;
            throw;
        }
    }

    private BackupManifest Fill(string folder, IEnumerable<Source> sources, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        List<BackupFile> files = [];
        List<string> projects = [];
        int expected = 1 + paths.AgentNames().Count;
        foreach (Source source in sources)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string target = Path.Combine(folder, BackupFile.PathOf(source.Agent));
            OwnedDirectory.Create(Path.GetDirectoryName(target)!);
            OwnedDirectory.CreateFile(target);
            source.Copy(source.Path, target);
            if (Describe(source.Agent, target, projects) is { } file)
                files.Add(file);
            else
                File.Delete(target);
            progress?.Invoke(files.Count, Math.Max(expected, files.Count));
        }
        if (Directory.Exists(Path.Combine(folder, "agents")))
            DiskSync.Folder(Path.Combine(folder, "agents"));
        return new()
        {
            Format = BackupManifest.Newest, Program = BackupErrors.ProgramVersion, Sqlite = SqliteLibrary.Use(settings.SqliteLibrary).Version.ToString(),
            Complete = files[0].Agent is null, Epoch = files[0].Epoch, Projects = projects, Files = files,
        };
    }

    private void Copy(string source, string target)
    {
        using Connection live = CopyConnections.OfLive(source, settings);
        Copy(live, target);
    }

    /// <summary>In one step: the pages come from one snapshot. Step by step it would begin anew with each commit of somebody else.</summary>
    private static void Copy(Connection live, string target)
    {
        using SteadySync sync = new(target);
        live.Execute("VACUUM INTO @Target", new { Target = target });
    }

    /// <summary>What the manifest says of a copy; null of an agent's file that is only just coming into being.</summary>
    private BackupFile? Describe(string? agent, string copy, List<string> projects)
    {
        DiskSync.File(copy);
        FileFacts facts = FileFacts.Of(copy, settings);
        if (facts.Migrations.Count == 0)
            return agent is not null ? null : throw new AgentCraftException(ErrorCodes.NotFound, $"The store in {paths.Root} is only just being made.", "Repeat the call.", retryable: true);
        projects.AddRange(facts.Projects);
        using FileStream stream = File.OpenRead(copy);
        return new()
        {
            Agent = agent, Path = BackupFile.PathOf(agent), Size = stream.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(stream)), Epoch = facts.Epoch,
            Schemas = facts.Migrations.GroupBy(applied => applied.SetName).ToDictionary(set => set.Key, set => set.Select(applied => applied.Name).Max(StringComparer.Ordinal)!),
        };
    }

    private sealed record Source(string? Agent, string Path, Action<string, string> Copy);
}
