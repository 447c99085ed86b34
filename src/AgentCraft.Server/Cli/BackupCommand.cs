using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft backup</c>: keep the store against loss, and bring it back.</summary>
internal static class BackupCommand
{
    private const int Failed = 1;
    private const int Misused = 2;

    public static Command Create() => new("backup", "Back up the store, look at the backups, and restore one.\n\nExample: agentcraft backup create") { CreateOne(), List(), Verify(), Restore() };

    private static Command CreateOne()
    {
        Option<bool> json = Json();
        Command command = new("create", """
            Back up central and all agents' files as one set, while servers run. Older sets go by the settings backup.maxBackups and backup.maxTotalBytes.

            Example: agentcraft backup create --root ~/src/my-project
            """) { json, Roots.StoreOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            using ProgressLine line = new("Copying");
            CreatedBackup created = await stores.Backups.Create(progress: line.Show, cancellationToken: cancellationToken);
            await stores.Audit.Append(AuditEntry.ByPerson("backup_created") with { Target = created.Backup.Name, Detail = Removed(created).Trim() }, CancellationToken.None);
            line.Dispose();
            Console.Out.Write(result.GetValue(json) ? ToJson(created) : $"{created.Backup.Path}\n{created.Backup.Files} files, {Bytes(created.Backup.Size)}.{Removed(created)}\n");
        });
        return command;
    }

    private static Command List()
    {
        Option<bool> json = Json();
        Command command = new("list", "List the backups, the newest first.\n\nExample: agentcraft backup list") { json, Roots.StoreOption, Roots.Option };
        command.SetAction((result, _) => Run(result, stores =>
        {
            IReadOnlyList<BackupSet> sets = stores.Backups.List();
            Console.Out.Write(result.GetValue(json) ? ToJson(sets) : ToText(sets));
            return 0;
        }));
        return command;
    }

    private static Command Verify()
    {
        Argument<string?> name = Name();
        Option<bool> json = Json();
        Command command = new("verify", """
            Look at the whole of a backup: manifest, sizes, SHA-256, SQLite's own checks, references, schemas. Exit code 1: it is damaged.

            Example: agentcraft backup verify
            """) { name, json, Roots.StoreOption, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(result, stores =>
        {
            using ProgressLine line = new("Verifying");
            VerifiedBackup verified = stores.Backups.Verify(result.GetValue(name), line.Show, cancellationToken);
            line.Dispose();
            Console.Out.Write(result.GetValue(json) ? ToJson(verified) : ToText(verified));
            return verified.Sound ? 0 : Failed;
        }));
        return command;
    }

    private static Command Restore()
    {
        Argument<string?> name = Name();
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask." };
        Option<bool> json = Json();
        Command command = new("restore", """
            Put a backup into the place of the store, while servers run: they go on with it. It is verified first, and what is there is backed up and kept.

            Example: agentcraft backup restore 20261121-093000-123-k3v9x0 --yes
            """) { name, yes, json, Roots.StoreOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            if (!result.GetValue(yes) && Ask(stores.Backups.Get(result.GetValue(name)), stores.Databases.Root) is { } exitCode)
                return exitCode;
            RestoredBackup restored = await stores.Restores.Restore(result.GetValue(name), step => Console.Error.WriteLine($"{step} …"), cancellationToken);
            Console.Out.Write(result.GetValue(json) ? ToJson(restored) : ToText(restored));
            return 0;
        });
        return command;
    }

    /// <summary>Null to go on.</summary>
    private static int? Ask(BackupSet set, string root)
    {
        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine("Restoring replaces the store. Nobody can be asked here: say --yes.\nHelp: agentcraft backup restore --help");
            return Misused;
        }
        Console.Error.Write($"Replace the store in {root} by the backup {set.Name}? What was written since {Times.ToText(set.CreatedAt)} is gone from it then. [y/N] ");
        if (Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes")
            return null;
        Console.Error.WriteLine("Nothing was changed.");
        return Failed;
    }

    private static string ToText(RestoredBackup restored) =>
        $"The store is that of {restored.Backup.Name} now: {restored.Files} files.\n"
        + (restored.SafetyBackup is { } safety ? $"What was there before is the backup {safety}.\n" : $"No backup was made of what was there before: {restored.NoSafetyBackup}\n")
        + (restored.Replaced is { } replaced ? $"Its files are in {replaced}; delete them when you do not need them any more.\n" : "");

    private static async Task<int> Run(ParseResult result, Func<Stores, int> work)
    {
        await using Stores stores = Roots.OpenStores(result);
        return work(stores);
    }

    private static Argument<string?> Name() => new("name")
    {
        Description = "Which backup, by its name in the list. Default: the newest complete one.", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne,
    };

    private static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    private static string ToText(IReadOnlyList<BackupSet> sets)
    {
        if (sets.Count == 0)
            return "There is no backup yet. Make one: agentcraft backup create\n";
        StringBuilder text = new();
        foreach (BackupSet set in sets)
            text.Append(Line(set).TrimEnd()).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"{sets.Count} backups, {Bytes(sets.Sum(set => set.Size))}.\n").ToString();
    }

    private static string Line(BackupSet set) => string.Create(CultureInfo.InvariantCulture,
        $"{set.Name}  {(set.Reason is { } reason ? Words(reason) : "?"),-16} {set.Files,5} files {Bytes(set.Size),10}  {set.Problem ?? (set.Complete ? "" : "one agent's file alone")}");

    private static string ToText(VerifiedBackup verified)
    {
        StringBuilder text = new();
        foreach (BackupDamageReport damage in verified.Damages)
            text.Append($"{damage.File}: {JsonNamingPolicy.SnakeCaseLower.ConvertName(damage.Fault.ToString())}: {damage.Message}\n");
        string verdict = verified.Sound ? $"is sound: {verified.Backup.Files} files, {Bytes(verified.Backup.Size)}" : "is damaged";
        return text.Append($"{verified.Backup.Name} {verdict}.\n").ToString();
    }

    private static string Removed(CreatedBackup created) => created.Removed.Count switch
    {
        0 => "",
        1 => " Removed the oldest one.",
        var count => $" Removed the {count} oldest ones.",
    };

    private static string Words(BackupReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()).Replace('_', ' ');

    private static string Bytes(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MiB");

    private static string ToJson<T>(T answer) => JsonSerializer.Serialize(answer, ToolJson.Serializer.GetTypeInfo(typeof(T))) + "\n";
}
