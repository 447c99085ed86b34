using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Storage;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft doctor</c>: what this installation stands on, and whether it is safe.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print the findings as JSON." };
        Option<bool> reindex = new("--reindex") { Description = "Put instances right (processes that are gone, broken metadata files) and make their index again from their directories." };
        Command command = new("doctor", "Check what the store stands on: which SQLite, its version and its known bugs; and the instances.\n\nExample: agentcraft doctor --json") { json, reindex, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(Roots.Of(result), result.GetValue(json), result.GetValue(reindex), cancellationToken));
        return command;
    }

    private static async Task<int> Run(string root, bool asJson, bool reindex, CancellationToken cancellationToken)
    {
        Settings settings = Roots.LoadSettings(root);
        SqliteLibrary used = SqliteLibrary.Use(settings.Sqlite.Library);
        InstanceReport instances = await DoctorInstances.Examine(root, reindex, cancellationToken);
        Console.Out.WriteLine(asJson ? ToJson(used, settings, root, instances) : ToText(used, settings, root) + "\n" + DoctorInstances.ToText(instances, reindex));
        return instances.Failed.Count == 0 ? 0 : 1;
    }

    private static string ToText(SqliteLibrary used, Settings settings, string root) => $"""
        SQLite {used.Version} ({used.Source}: {used.Path}), chosen by sqlite.library = {settings.Sqlite.Library}
        Could be used: {string.Join(", ", SqliteLibrary.Candidates().Select(c => $"{c.Source} {c.Version}{(c is { HasFullTextSearch: true, HasJson: true } ? "" : " (lacks FTS5 or JSON)")}"))}
        Full-text search (FTS5): {YesNo(used.HasFullTextSearch)}   JSON: {YesNo(used.HasJson)}   synchronous: {settings.Sqlite.Synchronous.ToString().ToLowerInvariant()}
        WAL-reset bug (SQLite 3.7.0 to 3.51.2): {WalReset(used)}
        Store: {Path.GetFullPath(settings.Central.Path, root)}{(File.Exists(Path.GetFullPath(settings.Central.Path, root)) ? "" : " (not made yet: the first call makes it)")}
        """;

    private static string ToJson(SqliteLibrary used, Settings settings, string root, InstanceReport instances) => new JsonObject
    {
        ["root"] = root,
        ["sqlite"] = new JsonObject
        {
            ["setting"] = settings.Sqlite.Library,
            ["source"] = used.Source,
            ["path"] = used.Path,
            ["version"] = used.Version.ToString(),
            ["fullTextSearch"] = used.HasFullTextSearch,
            ["json"] = used.HasJson,
            ["synchronous"] = settings.Sqlite.Synchronous.ToString().ToLowerInvariant(),
            ["walResetBug"] = used.HasWalResetBug,
            ["safe"] = true,
            ["why"] = WalReset(used),
        },
        ["candidates"] = new JsonArray([.. SqliteLibrary.Candidates().Select(c => new JsonObject
        {
            ["source"] = c.Source, ["path"] = c.Path, ["version"] = c.Version.ToString(), ["usable"] = c.HasFullTextSearch && c.HasJson,
        })]),
        ["instances"] = DoctorInstances.ToJson(instances),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static string WalReset(SqliteLibrary used) => used.HasWalResetBug
        ? "this version has it. You are safe: all processes commit, checkpoint and close through one gate (session.db.gate), and the bug needs a checkpoint to race a commit."
        : "this version does not have it.";

    private static string YesNo(bool value) => value ? "yes" : "no";
}
