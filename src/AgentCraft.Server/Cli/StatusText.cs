using System.Globalization;
using System.Text;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Overviews;

namespace AgentCraft.Server.Cli;

/// <summary>The overview as a person reads it. What agents wrote is cut to the line and cannot control the terminal.</summary>
internal static class StatusText
{
    private const int Indent = 11;

    public static string Of(Overview overview, DateTimeOffset now, int width)
    {
        StringBuilder text = new();
        Line("Root", overview.Root);
        Line("Store", Store(overview.Store));
        if (!overview.Store.Exists)
            return text.ToString();
        Block("Projects", overview.Projects.Select(project => $"{project.Name} ({Word(project.Status)}): {Count(project.Agents, "agent")}, "
            + $"{Count(project.ActiveSessions, "active session")}, {Count(project.OpenTasks, "open task")}"), overview.Projects.Count);
        Block("Live", overview.Agents.Select(agent => $"{agent.Name} ({agent.Type}, {Word(agent.Status)}, {Ago(now - agent.LastHeartbeatAt)})"
            + (agent.Unread > 0 ? $", {agent.Unread} unread" : "") + (agent.WorksOn is null ? "" : $": {agent.WorksOn}")), overview.Live);
        Block("Unread", overview.Inboxes.Select(inbox => $"{inbox.Agent}: {inbox.Unread}{(inbox.Live ? "" : " (not here)")}"), overview.Inboxes.Count);
        Line("Open tasks", overview.OpenTasks.Count == 0 ? "none" : string.Join(", ", overview.OpenTasks.Select(tasks => $"{tasks.Value} {tasks.Key}")));
        Block("Claims", overview.Claims.Select(claim => Claimed(claim, now)), overview.Claims.Count);
        Line("Hand-over", overview.Handover is { } handover ? $"\"{handover.Title}\" by {handover.Author}, version {handover.Version}, {Ago(now - handover.PublishedAt)}" : "none published");
        foreach (string warning in overview.Warnings)
            Line("Warning", warning);
        return text.ToString();

        void Line(string name, string value) => text.Append($"{name,-Indent}{TerminalText.Of(SecretText.Hide(value), width - Indent - 1)}\n");

        void Block(string name, IEnumerable<string> lines, long count)
        {
            string head = name;
            foreach (string line in lines.DefaultIfEmpty("none"))
            {
                Line(head, line);
                head = "";
            }
            if (count > overview.Agents.Count && name == "Live")
                Line("", $"and {count - overview.Agents.Count} more");
        }
    }

    private static string Store(StoredWhere store) => !store.Exists ? $"{store.Path} (not made yet: the first call makes it)"
        : $"{store.Path}, {Bytes(store.Bytes)}" + (store.AgentFiles is { } files ? $", {Bytes(store.AgentBytes ?? 0)} of it in {Count(files, "agent's file", "agents' files")}" : "");

    private static string Claimed(Claim claim, DateTimeOffset now) =>
        $"{claim.Agent}: {claim.Pattern}{(claim.Exclusive ? "" : " (shared)")}, until {(claim.ExpiresAt > now ? $"in {Span(claim.ExpiresAt - now)}" : "now")}{(claim.Reason is null ? "" : $": {claim.Reason}")}";

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();

    private static string Count(long count, string one, string? many = null) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    private static string Bytes(long bytes) => bytes < 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB")
        : bytes < 1 << 30 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB");

    private static string Ago(TimeSpan? past) => past is not { } span ? "at an unknown time" : span < TimeSpan.FromSeconds(1) ? "just now" : $"{Span(span)} ago";

    private static string Span(TimeSpan span) => span.TotalSeconds < 90 ? $"{(int)span.TotalSeconds} s"
        : span.TotalMinutes < 90 ? $"{(int)span.TotalMinutes} min"
        : span.TotalHours < 48 ? $"{(int)span.TotalHours} h"
        : $"{(int)span.TotalDays} days";
}
