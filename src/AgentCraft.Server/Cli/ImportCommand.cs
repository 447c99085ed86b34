using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Transfer;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft import</c>: what export wrote, into this store.</summary>
internal static class ImportCommand
{
    private const string StandardInput = "-", Fail = "fail", Skip = "skip";
    private const int MostShown = 20;

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "What agentcraft export wrote; - reads standard input.", HelpName = "FILE" };
        Option<bool> dryRun = new("--dry-run") { Description = "Check everything, say what would be imported, and change nothing." };
        Option<string> onConflict = new("--on-conflict") { Description = "Where the store has something else under an id or a name: fail imports nothing, skip keeps the store's.", HelpName = "what", DefaultValueFactory = _ => Fail };
        onConflict.AcceptOnlyFromAmong(Fail, Skip);
        Option<bool> json = new("--json") { Description = "Say what was imported as JSON, and on standard error how far it is." };
        Command command = new("import", """
            Bring an export into this store, empty or not, without changing ids. What is there already just so is left alone, so that importing
            twice changes nothing; an import that was cut off is finished by running it again. The whole file is checked before anything is written.

            Example: agentcraft import web-shop.jsonl --dry-run
            """) { file, dryRun, onConflict, Roots.StoreOption, json, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            string path = result.GetValue(file)!;
            bool asJson = result.GetValue(json);
            ImportOptions options = new() { DryRun = result.GetValue(dryRun), SkipConflicts = result.GetValue(onConflict) == Skip };
            ImportSummary summary = await TransferReport.Run(asJson, progress => path == StandardInput ? FromPipe(stores, options, progress, cancellationToken)
                : stores.Import.Run(Path.GetFullPath(path), options, progress, cancellationToken: cancellationToken));
            if (summary is { Done: true, DryRun: false })
                await stores.Audit.Append(AuditEntry.ByPerson("store_imported") with { Detail = $"{summary.Imported.Values.Sum()} rows" }, CancellationToken.None);
            Console.Out.Write(asJson ? JsonSerializer.Serialize(summary, ToolJson.Serializer.GetTypeInfo(typeof(ImportSummary))) + "\n" : summary.Done ? Said(summary) : "");
            if (!summary.Done)
                Console.Error.Write(Refused(summary));
            return summary.Done ? 0 : 1;
        });
        return command;
    }

    /// <summary>It is read twice, so it is kept in between.</summary>
    private static async Task<ImportSummary> FromPipe(Stores stores, ImportOptions options, Action<TransferProgress> progress, CancellationToken cancellationToken)
    {
        // Made by the framework for its owner only.
        string kept = Path.GetTempFileName();
        try
        {
            await using (FileStream copy = new(kept, FileMode.Truncate))
            await using (Stream input = Console.OpenStandardInput())
                await input.CopyToAsync(copy, cancellationToken);
            return await stores.Import.Run(kept, options, progress, "standard input", cancellationToken);
        }
        finally
        {
            File.Delete(kept);
        }
    }

    private static string Said(ImportSummary summary)
    {
        StringBuilder text = new();
        long rows = summary.Imported.Values.Sum();
        string projects = string.Join(", ", summary.Projects.Select(name => $"'{TerminalText.Of(name, 60)}'").DefaultIfEmpty("no project"));
        text.Append(CultureInfo.InvariantCulture, $"{(summary.DryRun ? "Would import" : summary.Resumed ? "Finished an import that was cut off:" : "Imported")} {rows:N0} rows of {projects}{(rows == 0 ? "" : $": {TransferReport.Rows(summary.Imported)}")}.\n");
        if (summary.Same > 0)
            text.Append(CultureInfo.InvariantCulture, $"{summary.Same:N0} rows were there already.\n");
        if (summary.Skipped > 0)
            text.Append(CultureInfo.InvariantCulture, $"{summary.Skipped:N0} rows were left out, because the store has something else under their ids or names, or they belong to such.\n");
        return text.ToString();
    }

    private static string Refused(ImportSummary summary)
    {
        StringBuilder text = new(string.Create(CultureInfo.InvariantCulture, $"Nothing was imported: {summary.ConflictCount:N0} rows contradict the store.\n"));
        foreach (ImportConflict conflict in summary.Conflicts.Take(MostShown))
            text.Append(CultureInfo.InvariantCulture, $"  line {conflict.Line}: {conflict.Table} {TerminalText.Of(conflict.Key, 100)}: {TerminalText.Of(conflict.Why, 160)}\n");
        if (summary.ConflictCount > MostShown)
            text.Append(CultureInfo.InvariantCulture, $"  and {summary.ConflictCount - MostShown:N0} more; --json lists up to a thousand.\n");
        return text.Append("Import it into another root; or import the rest, and keep what the store has, with --on-conflict skip.\n").ToString();
    }
}
