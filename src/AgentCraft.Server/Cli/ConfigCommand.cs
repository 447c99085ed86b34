using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Configuration.Migrations;
using AgentCraft.Data.Monitoring;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft config</c>: the settings and the configuration files of a project, without a store.</summary>
internal static class ConfigCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = new PlainJsonEncoder() };

    public static Command Create() => new("config", "Settings and configuration files: check them, see what counts, bring old ones forward.\n\nExample: agentcraft config show") { Check(), Show(), Migrate() };

    private static Command Check()
    {
        Option<bool> json = new("--json") { Description = "Print the findings as JSON." };
        Command command = new("check", """
            Check config.json and every file below .agentcraft/configs, and print all that is wrong at once. Exit code 0: nothing is; 1: something is.

            Example: agentcraft config check --root ~/src/my-project
            """) { json, Roots.Option };
        command.SetAction(async (result, _) =>
        {
            CheckedConfig found = await Notified(Roots.ExistingOf(result), ConfigCheck.Run(Roots.ExistingOf(result)));
            Console.Out.Write(result.GetValue(json) ? ToJson(found).ToJsonString(Indented) + "\n" : ToText(found));
            return found.Passed ? 0 : 1;
        });
        return command;
    }

    /// <summary>The one setting that only the store can say whether it is right; a store that cannot be asked is no mistake in a file.</summary>
    private static async Task<CheckedConfig> Notified(string root, CheckedConfig found)
    {
        if (!found.Passed)
            return found;
        try
        {
            await using Stores stores = Roots.OpenStores(root, new());
            return await NotifiedAgent.Fault(stores.Databases, stores.Settings) is not { } fault ? found
                : found with { Findings = [.. found.Findings, new ConfigFinding { Path = ".agentcraft/config.json", Message = fault, IsError = false }] };
        }
        catch (AgentCraftException)
        {
            return found;
        }
    }

    private static Command Show()
    {
        Option<string?> store = new("--store") { Description = "As serve takes it.", HelpName = "connection string" };
        Option<string?> project = new("--project") { Description = "As serve takes it.", HelpName = "name" };
        Option<string> toolsets = Toolsets.Create("As serve takes it.");
        Option<bool> readOnly = new("--read-only") { Description = "As serve takes it." };
        Option<string?> url = new("--url") { Description = "As serve --http takes it.", HelpName = "url" };
        Option<bool> json = new("--json") { Description = "Print the settings as JSON." };
        Command command = new("show", """
            Print every setting as it counts, and who set it: the default, config.json with the line, an environment variable, an option. Secrets are masked.

            Example: agentcraft config show --toolsets core,tasks
            """) { store, project, toolsets, readOnly, url, json, Roots.Option };
        command.SetAction(result =>
        {
            Dictionary<string, EffectiveOption> options = [];
            foreach ((string name, string option, object? value) in new (string, string, object?)[]
            {
                ("store", "--store", result.GetValue(store)), ("project", "--project", result.GetValue(project)), ("toolsets", "--toolsets", result.GetValue(toolsets)),
                ("readOnly", "--read-only", result.GetValue(readOnly) ? true : null), ("http.url", "--url", result.GetValue(url)),
            })
                if (value is not null)
                    options[name] = new(option, value);
            string root = Roots.ExistingOf(result);
            IReadOnlyList<EffectiveSetting> settings = EffectiveSettings.Of(root, options);
            Console.Out.Write(result.GetValue(json) ? ToJson(root, settings).ToJsonString(Indented) + "\n" : ToText(root, settings));
        });
        return command;
    }

    private static Command Migrate()
    {
        Option<bool> dryRun = new("--dry-run") { Description = "Print the changes and make none." };
        Option<bool> json = new("--json") { Description = "Print the changes as JSON." };
        Command command = new("migrate", """
            Bring files below .agentcraft/configs that are in an old version of their format to today's. The old ones are kept in .agentcraft/backups; comments stay. Running it again changes nothing.

            Example: agentcraft config migrate --dry-run
            """) { dryRun, json, Roots.Option };
        command.SetAction(result =>
        {
            ConfigMigration migration = new(Roots.ExistingOf(result));
            bool isPlan = result.GetValue(dryRun);
            ConfigMigrated done = isPlan ? new(migration.Plan(), null) : migration.Run(TimeProvider.System);
            Console.Out.Write(result.GetValue(json) ? ToJson(done, isPlan).ToJsonString(Indented) + "\n" : ToText(done, isPlan));
            return done.Changes.Any(change => change.Error is not null) ? 1 : 0;
        });
        return command;
    }

    private static string ToText(CheckedConfig found)
    {
        StringBuilder text = new();
        foreach (ConfigFinding finding in found.Findings)
            text.Append(finding).Append('\n');
        int errors = found.Findings.Count(finding => finding.IsError), warnings = found.Findings.Count - errors;
        return text.Append($"{(found.Passed ? "Passed" : "Failed")}: {Count(found.Files, "file")} checked, {Count(errors, "error")}, {Count(warnings, "warning")}.\n").ToString();
    }

    private static JsonObject ToJson(CheckedConfig found) => new()
    {
        ["passed"] = found.Passed,
        ["files"] = found.Files,
        ["findings"] = new JsonArray([.. found.Findings.Select(finding => new JsonObject
        {
            ["path"] = finding.Path, ["line"] = finding.Line, ["column"] = finding.Column, ["severity"] = finding.IsError ? "error" : "warning", ["message"] = finding.Message,
        })]),
    };

    private static string ToText(string root, IReadOnlyList<EffectiveSetting> settings)
    {
        StringBuilder text = new($"root: {root}\n");
        int names = settings.Max(setting => setting.Name.Length), values = Math.Min(60, settings.Max(setting => ValueOf(setting).Length));
        foreach (EffectiveSetting setting in settings)
            text.Append($"{setting.Name.PadRight(names)}  {ValueOf(setting).PadRight(values)}  {setting.Where ?? "default"}\n");
        return text.ToString();
    }

    private static string ValueOf(EffectiveSetting setting) => setting.Value is { } value ? value.ToJsonString(new() { Encoder = new PlainJsonEncoder() }) : "none";

    private static JsonObject ToJson(string root, IReadOnlyList<EffectiveSetting> settings) => new()
    {
        ["root"] = root,
        ["settings"] = new JsonArray([.. settings.Select(setting => new JsonObject
        {
            ["name"] = setting.Name,
            ["value"] = setting.Value?.DeepClone(),
            ["source"] = setting.Source switch { SettingSource.File => "file", SettingSource.Environment => "environment", SettingSource.CommandLine => "command line", _ => "default" },
            ["where"] = setting.Where,
        })]),
    };

    private static string ToText(ConfigMigrated done, bool isPlan)
    {
        StringBuilder text = new();
        foreach (ConfigChange change in done.Changes)
            text.Append(change.Error is { } error ? $"{change.Path} stays in version {change.From} until it is corrected: {error}\n"
                : isPlan ? change.Diff : $"{change.Path}: version {change.From} is now {change.To}\n");
        int changed = done.Changes.Count(change => change.Error is null);
        return text.Append(done.Changes.Count == 0 ? "Nothing to migrate.\n"
            : changed == 0 ? "Nothing was changed.\n"
            : isPlan ? $"{Count(changed, "file")} would be changed. Without --dry-run the old {(changed == 1 ? "one is" : "ones are")} kept in .agentcraft/backups.\n"
            : $"The old {(changed == 1 ? "file is" : "files are")} in {done.Backup}.\n").ToString();
    }

    private static JsonObject ToJson(ConfigMigrated done, bool isPlan) => new()
    {
        ["dryRun"] = isPlan,
        ["backup"] = done.Backup,
        ["changes"] = new JsonArray([.. done.Changes.Select(change => new JsonObject
        {
            ["path"] = change.Path, ["from"] = change.From, ["to"] = change.To, ["diff"] = change.Diff, ["error"] = change.Error,
        })]),
    };

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
