using System.Globalization;
using System.Text;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>What the store already knows when a hand-over is written: the values of the template's <c>{{placeholders}}</c>.</summary>
internal sealed record HandoverFacts
{
    private const int LongestList = 20;

    /// <summary>The agent that writes it.</summary>
    public required AgentRef Author { get; init; }
    /// <summary>The project's id.</summary>
    public required string ProjectId { get; init; }
    /// <summary>The author's current session.</summary>
    public string? SessionId { get; init; }
    /// <summary>The newest message when it was written.</summary>
    public long MessageSeq { get; init; }
    /// <summary>Placeholder to text, as Markdown.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>Gathers them on one snapshot.</summary>
    public static HandoverFacts Gather(
        Connection c, AgentRef author, Project project, Session? session, IReadOnlyList<PresentAgent> present, EventStore events, string title, DateTimeOffset now) => new()
        {
            Author = author,
            ProjectId = project.Id,
            SessionId = session?.Id,
            MessageSeq = MessageStore.NewestSeq(c),
            Values = new Dictionary<string, string>
            {
                ["project"] = project.Name,
                ["session"] = session?.Id ?? "none",
                ["title"] = MarkdownLiteral.Of(title),
                ["author"] = author.Name,
                ["date"] = Times.ToText(now),
                ["agents"] = Lines(present.Select(a => $"{a.Name} ({a.Type}, {Lower(a.Status)})" + (a.CurrentTask is null ? "" : $": {Quote(a.CurrentTask)}"))),
                ["unread_messages"] = Lines(UnreadMail(c, project)),
                ["message_count"] = CountMessages(c, session).ToString(CultureInfo.InvariantCulture),
                ["metrics"] = Lines(session is null ? [] : MetricStore.ListLatest(c, session.Id, LongestList).Select(Describe)),
                ["recent_events"] = Lines(session is null ? [] : events.ListRecent(c, session.Id, LongestList)
                    .Select(e => $"{Times.ToText(e.CreatedAt)} {e.Type}{(e.Agent is null ? "" : $" by {e.Agent}")}")),
            },
        };

    private static IEnumerable<string> UnreadMail(Connection c, Project project) => c.Query<UnreadLine>("""
        SELECT t.name AS recipient, f.name AS sender, i.unread FROM inbox_counts i
        JOIN agents t ON t.seq = i.to_seq JOIN agents f ON f.seq = i.from_seq
        WHERE i.unread > 0 AND t.project_seq = @Project ORDER BY t.name, f.name LIMIT 20
        """, new { Project = project.Seq }).Select(line => $"{line.Recipient} has {line.Unread} from {line.Sender}");

    private static long CountMessages(Connection c, Session? session) => session is null ? 0
        : c.First<long>("SELECT count(*) FROM messages WHERE session_seq = @Session", new { Session = session.Seq });

    private static string Describe(LatestMetric metric) =>
        string.Create(CultureInfo.InvariantCulture, $"{Quote(metric.Name)} = {metric.Value:0.######}")
        + (metric.Unit is null ? "" : $" {Quote(metric.Unit)}") + $" ({metric.Agent}, recorded {metric.Count} time{(metric.Count == 1 ? "" : "s")})";

    private static string Lines(IEnumerable<string> items)
    {
        StringBuilder lines = new();
        foreach (string item in items)
            lines.Append("- ").Append(item).Append('\n');
        return lines.Length == 0 ? "None." : lines.ToString().TrimEnd('\n');
    }

    /// <summary>An agent's short text as code, so that it cannot become a heading, a link or a placeholder of the document.</summary>
    private static string Quote(string text) => $"`{text.ReplaceLineEndings(" ").Replace('`', '\'')}`";

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private sealed class UnreadLine
    {
        public string Recipient { get; init; } = "";
        public string Sender { get; init; } = "";
        public long Unread { get; init; }
    }
}
