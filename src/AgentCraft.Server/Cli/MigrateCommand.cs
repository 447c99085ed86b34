using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft migrate</c>: the schemas of a store, as they stand, forward and back.</summary>
internal static class MigrateCommand
{
    private const int Failed = 1;

    public static Command Create() => new("migrate", "The schemas of the store: how they stand, forward, and back for an older AgentCraft.\n\nExample: agentcraft migrate status") { Status(), Up(), Down(), To() };

    private static Command Status()
    {
        Option<string?> set = Set("all"), agent = Agent();
        Option<bool> json = new("--json") { Description = "Print the states as JSON." };
        Command command = new("status", """
            Show how far each schema has been migrated, and what is wrong: changed files, a newer program's store. Changes nothing. Exit code 1: something is wrong.

            Example: agentcraft migrate status --set central
            """) { set, agent, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction(async (result, _) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            IReadOnlyList<SchemaState> states = await stores.Databases.Migrations.Status(new(result.GetValue(set), result.GetValue(agent)));
            Console.Out.Write(result.GetValue(json) ? ToJson(states) : ToText(states));
            return states.Any(state => state.Drift.Count + state.Unknown.Count > 0) ? Failed : 0;
        });
        return command;
    }

    private static Command Up() => Step("up", "all", _ => new(MigrationGoalKind.Up), """
        Apply what is missing. Every AgentCraft does so by itself with what it opens; this does it for all at once, or ahead of time.

        Example: agentcraft migrate up --dry-run
        """);

    private static Command Down() => Step("down", "central", _ => new(MigrationGoalKind.Down), """
        Take the newest migration back, so that an older AgentCraft can use the store. Nobody may have it open, and this AgentCraft migrates it again when it opens it.

        Example: agentcraft migrate down --set code-reviewer --agent alice
        """);

    private static Command To()
    {
        Argument<int> number = new("number") { Description = "The last migration that stays; 0 for before the first.", HelpName = "N" };
        return Step("to", "central", result => new(MigrationGoalKind.To, result.GetValue(number)), """
            Go forward or back to a migration by its number.

            Example: agentcraft migrate to 7 --set central
            """, number);
    }

    private static Command Step(string name, string setByDefault, Func<ParseResult, MigrationGoal> goal, string description, params Argument[] arguments)
    {
        Option<string?> set = Set(setByDefault), agent = Agent();
        Option<bool> dryRun = new("--dry-run") { Description = "Print the files and the SQL that would run, and what would be lost; change nothing." };
        Option<bool> force = new("--force") { Description = "Go back even if that loses data." };
        Option<bool> json = new("--json") { Description = "Print what was done as JSON." };
        Command command = new(name, description) { set, agent, dryRun, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        foreach (Argument argument in arguments)
            command.Add(argument);
        if (name != "up")
            command.Add(force);
        command.SetAction(async (result, _) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            SchemaChoice choice = new(result.GetValue(set) ?? (result.GetValue(agent) is null ? setByDefault : "agents"), result.GetValue(agent));
            MigrationMode mode = result.GetValue(dryRun) ? MigrationMode.DryRun : name != "up" && result.GetValue(force) ? MigrationMode.Force : MigrationMode.Careful;
            MigrationRun run = await stores.Databases.Migrations.Run(choice, goal(result), mode, Tell);
            Console.Out.Write(result.GetValue(json) ? ToJson(run) : mode == MigrationMode.DryRun ? ToScript(run) : ToText(run));
        });
        return command;
    }

    private static Option<string?> Set(string byDefault) => new("--set")
    {
        Description = $"Which schemas: central, agents, or an agent type such as code-reviewer. Default: {byDefault}.", HelpName = "name",
    };

    private static Option<string?> Agent() => new("--agent") { Description = "Only the file of this agent.", HelpName = "name" };

    /// <summary>While it goes on, for who waits.</summary>
    private static void Tell(MigrationStep step) => Console.Error.WriteLine($"{(step.IsUp ? "up  " : "down")} {step.File}   {step.Store}");

    private static string ToText(MigrationRun run) => run.Steps.Count == 0 ? "Nothing to do.\n"
        : string.Create(CultureInfo.InvariantCulture, $"{run.Steps.Count} {(run.Steps.Count == 1 ? "migration" : "migrations")} done.{Loss(run)}\n");

    private static string ToScript(MigrationRun run)
    {
        StringBuilder text = new();
        foreach (MigrationStep step in run.Steps)
            text.Append($"-- schemas/{step.File} ({(step.IsUp ? "up" : "down")}) on {step.Store}\n{step.Sql}\n\n");
        return text.Append(run.Steps.Count == 0 ? "-- Nothing to do.\n" : $"-- Nothing was changed.{Loss(run)}\n").ToString();
    }

    private static string Loss(MigrationRun run) => run.Lost.Count == 0 ? ""
        : $" {(run.Changed ? "Lost" : "It would lose")}: {string.Join(", ", run.Lost.Select(lost => string.Create(CultureInfo.InvariantCulture, $"{lost.Table}{(lost.Column is null ? "" : "." + lost.Column)} ({lost.Rows})")))}.";

    private static string ToText(IReadOnlyList<SchemaState> states)
    {
        StringBuilder text = new();
        foreach (SchemaState state in states)
        {
            text.Append(CultureInfo.InvariantCulture, $"{state.Set,-24} {state.Version} of {state.Newest}   {Verdict(state),-20} {state.Store}\n");
            foreach (string pending in state.Pending)
                text.Append($"  pending   {state.Set}/{pending}\n");
            foreach (string unknown in state.Unknown)
                text.Append($"  unknown   {state.Set}/{unknown}{(state.MigratedBy is { } by ? $" (migrated by AgentCraft {by})" : "")}\n");
            foreach (Drift drift in state.Drift)
                text.Append($"  changed   {drift.File}: expected {drift.Expected}, found {drift.Found}\n");
        }
        return text.ToString();
    }

    private static string Verdict(SchemaState state) => state.Drift.Count > 0 ? "changed" : state.Unknown.Count > 0 ? "not known here"
        : state.Pending.Count > 0 ? state.Applied.Count == 0 ? "not made yet" : "behind" : "up to date";

    private static string ToJson<T>(T answer) => JsonSerializer.Serialize(answer, ToolJson.Serializer.GetTypeInfo(typeof(T))) + "\n";
}
