using System.Data.Common;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Diagnosis.Checks;
using AgentCraft.Data.Diagnosis.Remedies;

namespace AgentCraft.Data.Diagnosis;

/// <summary>
/// Looks at all that a store stands on. A look changes nothing: it opens databases for reading only, by connections that neither make files nor
/// take locks that others wait for. See DESIGN.md in this folder.
/// </summary>
public sealed class Doctor
{
    private readonly Premises _premises;

    /// <summary>For a root that exists.</summary>
    /// <param name="root">The project's directory.</param>
    /// <param name="settings">As they count; those that could be read, when some cannot.</param>
    public Doctor(string root, Settings settings) : this(new Premises(Path.GetFullPath(root), settings, new()))
    {
    }

    internal Doctor(Premises premises) => _premises = premises;

    /// <summary>All checks, in the order in which a person wants to read of them.</summary>
    internal static IReadOnlyList<ICheck> All { get; } =
    [
        new ConfigurationCheck(),
        new SqliteCheck(),
        new FileSystemCheck(),
        new SpaceCheck(),
        new PermissionCheck(),
        new IntegrityCheck(),
        new ReferenceCheck(),
        new IndexCheck(),
        new PostgresCheck(),
        new LockCheck(),
        new GateCheck(),
        new ServerCheck(),
        new ClientCheck(),
        new BackupCheck(),
        new LeftoverCheck(),
        new ClockCheck(),
        new InstanceCheck(),
    ];

    /// <summary>Looks at everything.</summary>
    public async Task<DoctorReport> Look(CancellationToken cancellationToken = default)
    {
        List<CheckReport> reports = [];
        foreach (ICheck check in All.Where(check => check.AppliesTo(_premises)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Seen seen = await Look(check, cancellationToken);
            reports.Add(new() { Check = check.Name, Title = check.Title, Summary = seen.Summary, Findings = [.. seen.Findings.OrderByDescending(finding => finding.Severity)] });
        }
        return new() { Root = _premises.Root, CheckedAt = _premises.Around.Time.GetUtcNow(), Checks = reports };
    }

    /// <summary>Looks, puts right what can be put right safely, and looks again.</summary>
    /// <param name="onlyIndexes">Only what is derived from rows: indexes and counts. No backup is made for that.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <exception cref="AgentCraftException"><c>store_busy</c> when another doctor is at it</exception>
    public async Task<FixReport> Fix(bool onlyIndexes = false, CancellationToken cancellationToken = default)
    {
        DoctorReport report = await Look(cancellationToken);
        Treatment treatment = new(_premises);
        IReadOnlyList<FixedFinding> done = await treatment.Run(report, onlyIndexes, async () => report = await Look(cancellationToken), cancellationToken);
        return new() { Id = treatment.Id, Journal = treatment.Folder, Backup = treatment.Backup, NoBackup = treatment.NoBackup, Done = done, After = report };
    }

    /// <summary>Takes back what <see cref="Fix"/> did.</summary>
    /// <param name="id">Which; null for the newest that was not taken back.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>store_busy</c></exception>
    public Task<UndoReport> Undo(string? id, CancellationToken cancellationToken = default) => new Undoing(_premises).Run(id, cancellationToken);

    /// <summary>A check that cannot look is a finding, and keeps nobody from the others.</summary>
    private async Task<Seen> Look(ICheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.Look(_premises, cancellationToken);
        }
        catch (Exception failure) when (failure is AgentCraftException or IOException or UnauthorizedAccessException or DbException)
        {
            return new("could not be looked at", Finding.Warning($"This could not be looked at: {failure.Message}", "What is wrong there stays unknown.",
                $"ls -la {Premises.Quoted(_premises.Root)} {Premises.Quoted(_premises.Folder)}"));
        }
    }
}
