using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Sessions;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft archive</c>: puts away sessions that ended long ago. Servers do so by themselves.</summary>
internal static class ArchiveCommand
{
    public static Command Create()
    {
        Option<int?> days = new("--days") { Description = "Those that ended so many days ago; 0 for all that have ended. Default: the setting sessions.archiveDays.", HelpName = "N" };
        days.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int given) && given is < 0 or > 36_500)
                result.AddError("--days must be 0 to 36500.");
        });
        Option<bool> dryRun = new("--dry-run") { Description = "Only count them." };
        Option<bool> json = new("--json") { Description = "Print the result as JSON." };
        Command command = new("archive", """
            Mark sessions that ended long ago as archived. Nothing is lost: they can still be listed and read. Servers do it daily by themselves.

            Example: agentcraft archive --days 7 --dry-run
            """) { days, dryRun, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using Stores stores = Roots.OpenStores(result);
            bool isDry = result.GetValue(dryRun);
            ArchivedSessions archived = await stores.SessionArchive.ArchiveOlder(result.GetValue(days), isDry, cancellationToken);
            if (!isDry)
                await stores.Audit.Append(AuditEntry.ByPerson("sessions_archived") with { Detail = $"{archived.Archived} sessions that ended before {Times.ToText(archived.Before)}" }, CancellationToken.None);
            Console.Out.WriteLine(result.GetValue(json) ? JsonSerializer.Serialize(archived, ToolJson.Serializer.GetTypeInfo(typeof(ArchivedSessions)))
                : string.Create(CultureInfo.InvariantCulture, $"{archived.Archived} {(archived.Archived == 1 ? "session" : "sessions")} {(isDry ? "would be" : archived.Archived == 1 ? "was" : "were")} archived: ended before {archived.Before:yyyy-MM-dd HH:mm} UTC."));
        });
        return command;
    }
}
