using System.Text.RegularExpressions;
using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Every page and index of every file, by SQLite's own check; and whether this program knows their schemas.</summary>
internal sealed partial class IntegrityCheck : ICheck
{
    private const int MostLines = 100;

    public string Name => "integrity";

    public string Title => "Integrity";

    public bool AppliesTo(Premises premises) => premises.IsFiles;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoreFile> files = premises.Files();
        List<Finding> findings = Gone(premises);
        if (files.Count == 0)
            return Task.FromResult(new Seen(findings.Count == 0 ? "no store yet: the first call makes it" : "no store", findings));
        foreach (StoreFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Of(premises, file) is { } finding)
                findings.Add(finding);
        }
        return Task.FromResult(new Seen($"{files.Count} {(files.Count == 1 ? "file" : "files")} checked, every page and index", findings));
    }

    /// <summary>A store that is not there and has a backup was there once.</summary>
    private static List<Finding> Gone(Premises premises) =>
        premises.HasStore || File.Exists(premises.Paths.Journal) || new BackupFolder(premises.Paths).Newest() is not { } newest ? []
        : [Finding.Warning($"{premises.Shown(premises.Paths.Central)} is not there, and a backup of {Times.ToText(newest.CreatedAt)} is.", "Somebody has deleted or moved it: the next call begins with an empty store.",
            premises.Command($"backup restore {newest.Name} --yes"))];

    private static Finding? Of(Premises premises, StoreFile file)
    {
        try
        {
            (List<string> lines, AgentCraftException? schema) = OnlyLooking.ReadTold(file.Path, premises.Store, c => (c.Query<string>($"PRAGMA integrity_check({MostLines})"), SchemaFault(premises, file, c)));
            lines.RemoveAll(line => line == "ok");
            return lines.Count > 0 ? (lines.TrueForAll(line => OfIndex().IsMatch(line)) ? Indexes(premises, file, lines) : Damaged(premises, file, $"{premises.Shown(file.Path)} is damaged: {Told(lines)}."))
                : schema is null ? null : Finding.Error(schema.Message, schema.Hint ?? "Servers refuse the file.", premises.Command(schema.Code == ErrorCodes.InvalidConfiguration ? "config show" : "migrate status"));
        }
        catch (AgentCraftException failure) when (failure.Code == ErrorCodes.StoreDamaged)
        {
            return Damaged(premises, file, failure.Message);
        }
        catch (AgentCraftException failure)
        {
            return Finding.Error(failure.Message, "Servers cannot use it either.", $"ls -la {Premises.Quoted(Path.GetDirectoryName(file.Path)!)}");
        }
    }

    private static AgentCraftException? SchemaFault(Premises premises, StoreFile file, Connection c)
    {
        if (!MigrationLedger.Exists(c))
            return c.First<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table'") == 0 ? null
                : new(ErrorCodes.InvalidConfiguration, $"{premises.Shown(file.Path)} is the database of another program: it has tables, and none of AgentCraft's.", "Servers refuse it. The setting central.path, or DB_PATH, names it.");
        AgentSchemas schemas = new(premises.Root, "sqlite") { Default = premises.Store.DefaultSchema, Map = premises.Store.Schemas };
        IEnumerable<MigrationSet?> sets = file.Agent is null ? [MigrationSet.Get("central")]
            : c.Query<string>("SELECT DISTINCT set_name FROM _migrations").Where(name => name.StartsWith("agents/", StringComparison.Ordinal))
                .Select(name => name == schemas.OfAll.Name ? schemas.OfAll : schemas.FindNamed(name["agents/".Length..]));
        return sets.OfType<MigrationSet>().Select(set => MigrationLedger.State(c, file.Path, file.Agent, set).Fault).FirstOrDefault(fault => fault is not null);
    }

    private static Finding Indexes(Premises premises, StoreFile file, List<string> lines) => new()
    {
        Severity = Severity.Error, What = $"An index of {premises.Shown(file.Path)} does not agree with its table: {Told(lines)}.",
        Why = "Rows are there that some questions do not find. The rows themselves are whole, and indexes can be made again from them.",
        Next = premises.Command("doctor --fix"), Fixable = true, Paths = premises.ShownAll([file.Path]), Remedy = new ReindexRemedy(file),
    };

    /// <summary>A restore replaces the whole store, so it names the set, and a file alone makes way only where there is none.</summary>
    private static Finding Damaged(Premises premises, StoreFile file, string what)
    {
        BackupSet? backup = new BackupFolder(premises.Paths).Newest();
        return Finding.Error(what, backup is null ? "What it holds may be lost, and servers refuse it. There is no backup; this moves the file and its log away, and a new one begins empty."
                : $"What it holds may be lost, and servers refuse it. The newest backup is of {Times.ToText(backup.CreatedAt)}; what it replaces is kept in {premises.Shown(premises.Paths.Replaced)}.",
            backup is null ? MoveAway(premises, file) : premises.Command($"backup restore {backup.Name} --yes")) with
        { Paths = premises.ShownAll([file.Path]) };
    }

    /// <summary>Not its gate: while a server lives, another gate would let two write at once.</summary>
    private static string MoveAway(Premises premises, StoreFile file)
    {
        string kept = Path.Combine(premises.Paths.Replaced, $"by-hand-{premises.Around.Time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}");
        IEnumerable<string> there = new[] { "", "-wal", "-shm", ".mark" }.Select(end => file.Path + end).Where(Path.Exists);
        return $"mkdir -p -m 700 {Premises.Quoted(kept)} && mv {string.Join(' ', there.Select(Premises.Quoted))} {Premises.Quoted(kept)}";
    }

    private static string Told(List<string> lines) => Text.Shown(lines[0].ReplaceLineEndings(" "), 160) + (lines.Count > 1 ? $" (and {lines.Count - 1}{(lines.Count == MostLines ? " or more" : "")} like it)" : "");

    [GeneratedRegex("^(row \\d+ missing from index |wrong # of entries in index )")]
    private static partial Regex OfIndex();
}
