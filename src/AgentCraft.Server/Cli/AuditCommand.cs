using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft audit</c>: who did what from where, and whether that is still what was written.</summary>
internal static class AuditCommand
{
    private const int Failed = 1;

    public static Command Create() => new("audit", """
        The audit log: what people and agents administered, destroyed or were refused, each row chained to the one before.

        Example: agentcraft audit verify
        """) { List(), Verify(), Archive() };

    private static Command List()
    {
        Option<string?> agent = new("--agent") { Description = "Only this agent's.", HelpName = "name" };
        Option<string?> action = new("--action") { Description = "Only this action: a tool, or token_created, http_request …", HelpName = "name" };
        Option<bool> refused = new("--refused") { Description = "Only what was not done." };
        Option<string?> since = Moment("--since", "Only since then: a time such as 2026-11-21T09:30, or 90s, 15m, 2h, 3d ago.");
        Option<int> limit = new("--limit", "-n") { Description = "At most so many, 1 to 200.", HelpName = "count", DefaultValueFactory = _ => Paging.DefaultLimit };
        Option<string?> cursor = new("--cursor") { Description = "Older ones: the cursor of the page before.", HelpName = "cursor" };
        Option<bool> json = Json();
        agent.CompletionSources.Add(StoredNames.Agents);
        limit.Validators.Add(option =>
        {
            if (option.Tokens is [var token] && int.TryParse(token.Value, out int count) && count is < 1 or > Paging.LargestLimit)
                option.AddError($"--limit is 1 to {Paging.LargestLimit}.");
        });
        Command command = new("list", "Show the newest rows first.\n\nExample: agentcraft audit list --refused --since 1d")
            { agent, action, refused, since, limit, cursor, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            AuditFilter filter = new(result.GetValue(agent), result.GetValue(action), result.GetValue(refused) ? "refused" : null, MomentOf(result.GetValue(since)));
            AuditPage page = stores.Databases.HasCentral ? await stores.Audit.List(filter, result.GetValue(limit), result.GetValue(cursor), cancellationToken) : new();
            Console.Out.Write(result.GetValue(json) ? ToJson(page) : ToText(page));
            return 0;
        });
        return command;
    }

    private static Command Verify()
    {
        Option<string?> anchor = new("--anchor") { Description = "What an earlier verify has printed as anchor and you kept elsewhere: the log must still have it.", HelpName = "anchor" };
        Option<bool> json = Json();
        Command command = new("verify", """
            Look at every row, those put away into files too: whether one was changed, taken away, put in or moved, and whether the end is there. Exit code 1: something is wrong.

            Example: agentcraft audit verify --json
            """) { anchor, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            AuditAnchor? kept = result.GetValue(anchor) is { } text ? AuditAnchor.Parse(text) : null;
            await using Stores stores = Roots.OpenStores(result);
            AuditVerification verified = await stores.AuditCheck.Verify(kept, cancellationToken);
            Console.Out.Write(result.GetValue(json) ? ToJson(verified) : ToText(verified));
            return verified.Sound ? 0 : Failed;
        });
        return command;
    }

    private static Command Archive()
    {
        Option<string> before = new("--before") { Description = "What is older: a time such as 2026-11-21, or 30d, 12h ago.", HelpName = "time", Required = true };
        CheckMoment(before);
        Option<bool> json = Json();
        Command command = new("archive", """
            Put old rows away into files beside the store, so that it does not grow for ever. verify reads those files, too: keep them where they are.

            Example: agentcraft audit archive --before 90d
            """) { before, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            ArchivedAudit archived = stores.Databases.HasCentral ? await stores.AuditArchive.Archive(MomentOf(result.GetValue(before))!.Value, cancellationToken)
                : new(0, MomentOf(result.GetValue(before))!.Value, []);
            Console.Out.Write(result.GetValue(json) ? ToJson(archived) : archived.Archived == 0 ? "Nothing is that old.\n"
                : string.Create(CultureInfo.InvariantCulture, $"{Count(archived.Archived)} put away into:\n{string.Concat(archived.Files.Select(file => $"  {file}\n"))}"));
            return 0;
        });
        return command;
    }

    private static string ToText(AuditPage page)
    {
        if (page.Entries.Count == 0)
            return page.Total == 0 ? "Nothing was ever written down.\n" : "Nothing of that kind.\n";
        StringBuilder text = new();
        foreach (AuditRow row in page.Entries)
            text.Append($"{row.At}  {(row.Outcome == "done" ? "done   " : "refused")}  {row.Action}{Part(" ", row.Target, 200)}{Part("  by ", Who(row), 120)}{Part(" from ", row.Remote, 60)}{Part(": ", row.Detail, 300)}\n");
        return page.HasMore ? text.Append($"Older ones: --cursor {page.Cursor}\n").ToString() : text.ToString();
    }

    private static string? Who(AuditRow row) => row.Agent is null ? row.Principal : row.Principal is null ? row.Agent : $"{row.Agent} ({row.Principal})";

    private static string Part(string before, string? text, int most) => string.IsNullOrEmpty(text) ? "" : before + TerminalText.Of(text, most);

    private static string ToText(AuditVerification verified)
    {
        StringBuilder text = new();
        foreach (AuditDamage damage in verified.Faults)
            text.Append($"{JsonNamingPolicy.SnakeCaseLower.ConvertName(damage.Fault.ToString())}: {TerminalText.Of(damage.Message, 400)}\n");
        return text.Append(CultureInfo.InvariantCulture, $"{Count(verified.Checked)}{(verified.Archived > 0 ? $", {verified.Archived} of them in files" : "")}: {(verified.Sound ? "the chain is whole" : "the log was tampered with or damaged")}.\nanchor {verified.Anchor}\n").ToString();
    }

    private static string Count(long rows) => string.Create(CultureInfo.InvariantCulture, $"{rows} {(rows == 1 ? "row" : "rows")}");

    private static Option<string?> Moment(string name, string description)
    {
        Option<string?> option = new(name) { Description = description, HelpName = "time" };
        CheckMoment(option);
        return option;
    }

    private static void CheckMoment(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && Moments.Parse(token.Value, DateTimeOffset.UnixEpoch) is null)
            result.AddError($"{option.Name} is no time: '{TerminalText.Of(token.Value, 40)}'. Use 2026-11-21T09:30, or 90s, 15m, 2h, 3d.");
    });

    private static DateTimeOffset? MomentOf(string? text) => text is null ? null : Moments.Parse(text, TimeProvider.System.GetUtcNow());

    private static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    private static string ToJson<T>(T answer) => JsonSerializer.Serialize(answer, ToolJson.Serializer.GetTypeInfo(typeof(T))) + "\n";
}
