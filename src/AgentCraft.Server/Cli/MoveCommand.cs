using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Moves;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft move</c>: the whole store from files to PostgreSQL, or back.</summary>
internal static class MoveCommand
{
    private const string Postgres = "postgres", Sqlite = "sqlite";
    private const int Failed = 1;

    public static Command Create()
    {
        Option<string> to = new("--to") { Description = "postgres: from the files below the root to the database; sqlite: the other way.", HelpName = "engine", Required = true };
        to.AcceptOnlyFromAmong(Postgres, Sqlite);
        Option<string?> store = new("--store") { Description = "The PostgreSQL database, whichever way it goes. Default: the setting store.", HelpName = "connection string" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would be moved and what stands in the way; change nothing." };
        Option<bool> cancel = new("--cancel") { Description = "Give up a move that was cut off: the store is open again where it was, and what was copied is taken away." };
        Option<bool> json = new("--json") { Description = "Say what was moved as JSON, and on standard error how far it is." };
        Command command = new("move", """
            Move everything from SQLite files to PostgreSQL, or back: the same ids, cursors, tokens and audit log. Every row is read again from
            both sides and compared before the setting store changes. Nobody may use the store meanwhile. A move that was cut off goes on when
            it is run again; the old store stays as it is, closed, and nothing is deleted.

            Example: agentcraft move --to postgres --store "Host=db.example.org;Username=agentcraft;Database=agentcraft" --dry-run
            """) { to, store, dryRun, cancel, json, Roots.SettingOption, Roots.Option };
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(cancel))
                result.AddError("--dry-run and --cancel do not go together.");
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            string root = Roots.Of(result);
            Dictionary<string, string> given = new(Roots.SettingsOf(result));
            if (result.GetValue(store) is { } named)
                given["store"] = named;
            Settings settings = Roots.LoadSettings(root, null, given);
            StoreMove move = new(root, settings, result.GetValue(to)!, TimeProvider.System);
            bool asJson = result.GetValue(json);
            if (result.GetValue(cancel))
                return await Cancel(move, asJson);
            if (result.GetValue(dryRun))
            {
                MovePlan plan = await move.Plan();
                Console.Out.Write(asJson ? ToJson(plan) : ToText(plan));
                return plan.Obstacle is null ? 0 : Failed;
            }
            using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            MoveSummary summary = await Report(asJson, progress => move.Run(progress, stopping.Token));
            Console.Out.Write(asJson ? ToJson(summary) : ToText(summary));
            return 0;

            // Told in words what that means, and not ended in silence.
            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true;
                stopping.Cancel();
            }
        });
        return command;
    }

    private static async Task<int> Cancel(StoreMove move, bool asJson)
    {
        CancelledMove cancelled = await move.Cancel();
        Console.Out.Write(asJson ? ToJson(cancelled) : !cancelled.Cancelled ? "No move was begun; nothing was changed.\n" : "The move was given up; the store is open again where it was.\n"
            + (cancelled.Left is null ? "" : $"{cancelled.Left} could not be reached: what was copied is still there, closed. Once it can be, run the same command again.\n"));
        return 0;
    }

    private static async Task<MoveSummary> Report(bool asJson, Func<Action<MoveProgress>, Task<MoveSummary>> work)
    {
        using ProgressLine line = new("");
        long start = TimeProvider.System.GetTimestamp(), last = 0, first = -1;
        string stage = "";
        return await work(progress =>
        {
            TimeSpan since = TimeProvider.System.GetElapsedTime(last);
            if (progress.Stage == stage && since < (asJson ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(200)))
                return;
            (last, stage) = (TimeProvider.System.GetTimestamp(), progress.Stage);
            // What an earlier run had copied is no part of this one's rate.
            first = first < 0 ? progress.Done : first;
            double rate = (progress.Done - first) / Math.Max(0.001, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
            if (asJson)
                Console.Error.WriteLine(JsonSerializer.Serialize(progress, ToolJson.Serializer.GetTypeInfo(typeof(MoveProgress))));
            else
                line.Show(string.Create(CultureInfo.InvariantCulture, $"{progress.Stage} {TerminalText.Of(progress.What, 60)}: {progress.Done:N0} of {progress.Total:N0} rows, {progress.Table} of {progress.Tables} tables, {rate:N0} rows/s"));
        });
    }

    private static string ToText(MovePlan plan)
    {
        StringBuilder text = new();
        if (plan.IsDone)
            return $"{plan.From} was moved to {plan.To} before; there is nothing to move.\n";
        text.Append(CultureInfo.InvariantCulture, $"{(plan.IsBegun ? "Would go on with a move" : "Would move")} from {plan.From} to {plan.To}: {plan.Tables.Sum(table => table.Rows):N0} rows of {plan.Tables.Count} tables.\n");
        foreach (PlannedTable table in plan.Tables.Where(table => table.Rows > 0))
            text.Append(CultureInfo.InvariantCulture, $"  {table.Rows,12:N0}  {table.Table}{(table.Agent is null ? "" : $" of {TerminalText.Of(table.Agent, 60)}")}\n");
        if (plan.Aside is not null)
            text.Append($"What is in the target's place would be put aside, and stay: {plan.Aside}.\n");
        if (plan.LeftBehind.Count > 0)
            text.Append($"Would stay behind, because AgentCraft has not made them: {string.Join(", ", plan.LeftBehind.Select(table => TerminalText.Of(table, 80)))}.\n");
        return text.Append(plan.Obstacle is null ? "Nothing stands in the way.\n" : $"In the way: {TerminalText.Of(plan.Obstacle, 400)}\n").ToString();
    }

    private static string ToText(MoveSummary summary)
    {
        StringBuilder text = new();
        if (summary.WasDone)
            text.Append($"The store was moved before: it is {summary.To}.\n");
        else
            text.Append(CultureInfo.InvariantCulture,
                $"{(summary.Resumed ? "Finished a move that was cut off" : "Moved")}: {summary.Rows:N0} rows of {summary.Tables} tables are in {summary.To} now, each compared with {summary.From} ({summary.Seconds:N1} s, {summary.Rows / Math.Max(0.001, summary.Seconds):N0} rows/s).\n{(summary.Sum.Length > 0 ? $"Checksum of both sides: {summary.Sum}\n" : "")}");
        if (!summary.WasDone)
            text.Append($"{summary.From} is as it was, and closed; to go back: agentcraft move --to {(summary.To.StartsWith("PostgreSQL", StringComparison.Ordinal) ? Sqlite : Postgres)}.\n");
        if (summary.Aside is not null)
            text.Append($"What was there before is kept: {summary.Aside}.\n");
        if (summary.LeftBehind.Count > 0)
            text.Append($"Left behind, because AgentCraft has not made them: {string.Join(", ", summary.LeftBehind.Select(table => TerminalText.Of(table, 80)))}.\n");
        if (summary.Setting.File is { } file)
            text.Append($"{file} says so{(summary.Setting.Backup is { } backup ? $"; as it was before it is in {backup}" : "")}.\n");
        foreach (string advice in summary.Setting.Advice)
            text.Append($"{advice}\n");
        return text.Append("Servers read the setting when they start.\n").ToString();
    }

    private static string ToJson<T>(T answer) => JsonSerializer.Serialize(answer, ToolJson.Serializer.GetTypeInfo(typeof(T))) + "\n";
}
