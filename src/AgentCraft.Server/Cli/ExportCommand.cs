using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Transfer;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft export</c>: everything, or one project, as JSON Lines.</summary>
internal static class ExportCommand
{
    private const string StandardOutputName = "-";

    public static Command Create()
    {
        Option<string?> project = new("--project") { Description = "Only this project, and what all projects share. Default: everything.", HelpName = "name" };
        Option<string> output = new("--output", "-o") { Description = "The file to write; - is standard output.", HelpName = "file", DefaultValueFactory = _ => StandardOutputName };
        Option<bool> force = new("--force") { Description = "Replace the file if there is one." };
        Option<bool> json = new("--json") { Description = "Say what was exported as JSON, and on standard error how far it is." };
        Command command = new("export", """
            Write everything, or one project, as JSON Lines, which agentcraft import brings into another store, on files or PostgreSQL.
            A file appears only when it is complete; servers may go on writing.

            Example: agentcraft export --project web-shop --output web-shop.jsonl
            """) { project, output, force, Roots.StoreOption, json, Roots.Option };
        project.CompletionSources.Add(StoredNames.Projects);
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            if (!stores.Databases.HasCentral)
                throw new AgentCraftException(ErrorCodes.NotFound, $"There is no store in {stores.Databases.Root}.", "Name the project's directory with --root.");
            string file = result.GetValue(output)!;
            bool asJson = result.GetValue(json);
            ExportSummary summary = await TransferReport.Run(asJson, progress =>
                file == StandardOutputName ? ToPipe(stores, result.GetValue(project), progress, cancellationToken)
                : ToFile(stores, result.GetValue(project), Path.GetFullPath(file), result.GetValue(force), progress, cancellationToken));
            (file == StandardOutputName ? Console.Error : Console.Out).WriteLine(
                asJson ? JsonSerializer.Serialize(summary, ToolJson.Serializer.GetTypeInfo(typeof(ExportSummary))) : Said(summary));
            foreach (string warning in asJson ? [] : summary.Warnings)
                Console.Error.WriteLine($"Warning: {TerminalText.Of(warning)}");
        });
        return command;
    }

    private static async Task<ExportSummary> ToPipe(Stores stores, string? project, Action<TransferProgress> progress, CancellationToken cancellationToken)
    {
        await using BufferedStream output = new(Console.OpenStandardOutput(), 64 * 1024);
        return await stores.Export.Write(output, project, done =>
        {
            // The framework writes on into a closed pipe as if all were well.
            if (StandardOutput.IsClosed)
                throw new AgentCraftException(ErrorCodes.StoreUnavailable, "Standard output was closed before the export was complete.", "Nothing is lost. Export again, to a file with --output.");
            progress(done);
        }, cancellationToken);
    }

    private static async Task<ExportSummary> ToFile(Stores stores, string? project, string file, bool force, Action<TransferProgress> progress, CancellationToken cancellationToken)
    {
        if (!force && File.Exists(file))
            throw new AgentCraftException(ErrorCodes.AlreadyExists, $"{file} is there already.", "Name another file, or replace it with --force.");
        string part = $"{file}.{Environment.ProcessId}.part";
        try
        {
            ExportSummary summary;
            await using (FileStream output = new(part, Fresh()))
            {
                summary = await stores.Export.Write(output, project, progress, cancellationToken);
                output.Flush(flushToDisk: true);
            }
            File.Move(part, file, overwrite: force);
            return summary with { File = file };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"{file} cannot be written: {failure.Message}", "Nothing is lost. Name another file, or make room.", inner: failure);
        }
        finally
        {
            if (File.Exists(part))
                File.Delete(part);
        }
    }

    /// <summary>It holds all that agents said: its owner's only.</summary>
    private static FileStreamOptions Fresh()
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 64 * 1024 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static string Said(ExportSummary summary) => string.Create(CultureInfo.InvariantCulture,
        $"Exported {summary.Rows:N0} rows of {string.Join(", ", summary.Projects.Select(name => $"'{TerminalText.Of(name, 60)}'").DefaultIfEmpty("no project"))}{(summary.File is null ? "" : $" to {summary.File}")}: {TransferReport.Rows(summary.Counts)}.");
}
