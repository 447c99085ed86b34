using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// Brings an export into this store, whether that is empty or not, on whichever engine, under the ids that it had. The whole file is checked
/// first. Rows then come in by transactions of some hundred, so that nobody waits for long; an import that was cut off is finished by running
/// it again.
/// </summary>
public sealed class StoreImport(Databases databases, AgentStore agents, ProjectStore projects, string keeperName)
{
    /// <summary>Imports a file.</summary>
    /// <param name="path">What export wrote.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="shown">The file's name in messages; null for its own.</param>
    /// <param name="cancellationToken">Gives up; run it again to finish.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> with the line that is wrong, <c>store_too_new</c>, <c>payload_too_large</c>, <c>not_found</c>;
    /// in all of these cases nothing was written.</exception>
    public async Task<ImportSummary> Run(
        string path, ImportOptions options, Action<TransferProgress>? progress = null, string? shown = null, CancellationToken cancellationToken = default)
    {
        using ImportFile file = ImportFile.Open(path, shown);
        ImportReader reader = new(file, databases);
        ImportStage stage = new(databases, agents, projects, keeperName);
        ImportPlan plan = await new ImportCheck(reader, stage, progress, file.Length).Run(cancellationToken);
        progress?.Invoke(new("checking", file.Length, file.Length));
        ImportSummary summary = new()
        {
            Projects = [.. reader.Header.Projects.Select(project => project.Name)],
            DryRun = options.DryRun,
            Imported = plan.New,
            Same = plan.Same,
            Conflicts = plan.Conflicts,
            ConflictCount = plan.ConflictCount,
            Resumed = stage.IsResumed,
        };
        if (plan.ConflictCount > 0 && !options.SkipConflicts)
            return summary with { Imported = new Dictionary<string, long>() };
        if (options.DryRun || (plan.New.Count == 0 && !stage.IsResumed))
            return summary with { Done = true, Skipped = plan.ConflictCount };
        return await new ImportRun(databases, reader, stage, options, progress, file.Length).Run(summary, cancellationToken);
    }
}
