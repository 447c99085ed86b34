using System.Globalization;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>What is already known when a hand-over is written: the values of the template's <c>{{placeholders}}</c>, each with its source.</summary>
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
    /// <summary>What git said.</summary>
    public required GitView Git { get; init; }
    /// <summary>Placeholder to fact.</summary>
    public required IReadOnlyDictionary<string, HandoverFact> All { get; init; }

    /// <summary>Placeholder to text, as it is filled in.</summary>
    public IReadOnlyDictionary<string, string> Values => All.ToDictionary(fact => fact.Key, fact => fact.Value.Filled);

    /// <summary>Gathers them on one snapshot.</summary>
    public static HandoverFacts Gather(
        Connection c, AgentRef author, Project project, Session? session, IReadOnlyList<PresentAgent> present, EventStore events, GitView git, string title, DateTimeOffset now) => new()
        {
            Author = author,
            ProjectId = project.Id,
            SessionId = session?.Id,
            MessageSeq = MessageStore.NewestSeq(c),
            Git = git,
            All = Named(title, author.Name, now).Concat(Stored(c, author, project, session, present, events)).Concat(GitFacts.Of(git))
                .ToDictionary(fact => fact.Name, fact => fact.Fact),
        };

    /// <summary>Those of a document that is made without a store.</summary>
    public static IReadOnlyDictionary<string, HandoverFact> WithoutStore(GitView git, string project, string title, string author, DateTimeOffset now) =>
        Named(title, author, now).Append((Name: "project", Fact: new HandoverFact(MarkdownLiteral.Of(project), "the root's name"))).Concat(GitFacts.Of(git))
            .ToDictionary(fact => fact.Name, fact => fact.Fact);

    private static IEnumerable<(string Name, HandoverFact Fact)> Named(string title, string author, DateTimeOffset now) =>
    [
        ("title", new(MarkdownLiteral.Of(title), "the author")),
        ("author", new(MarkdownLiteral.Of(author), "the author")),
        ("date", new(Times.ToText(now), "the clock")),
    ];

    private static IEnumerable<(string Name, HandoverFact Fact)> Stored(
        Connection c, AgentRef author, Project project, Session? session, IReadOnlyList<PresentAgent> present, EventStore events) =>
    [
        ("project", new(project.Name, "store: projects")),
        ("session", new(session?.Id ?? "none", "store: sessions")),
        ("message_count", new(CountMessages(c, session).ToString(CultureInfo.InvariantCulture), "store: messages")),
        ("usage", new(Usage(c, author, project), "store: agents, projects")),
        ("agents", HandoverFact.List("store: session_agents", present.Select(a => $"{a.Name} ({a.Type}, {Lower(a.Status)})" + (a.CurrentTask is null ? "" : $": {Shown.Code(a.CurrentTask)}")))),
        ("unread_messages", HandoverFact.List("store: inbox_counts", WorkFacts.UnreadMail(c, project))),
        ("open_tasks", HandoverFact.List("store: tasks", WorkFacts.OpenTasks(c, project))),
        ("claims", HandoverFact.List("store: claims", WorkFacts.Claims(c, project))),
        ("outputs", HandoverFact.List("store: outputs", WorkFacts.Outputs(c, project))),
        ("metrics", HandoverFact.List("store: agent_metrics", session is null ? [] : MetricStore.ListLatest(c, session.Id, LongestList).Select(Describe))),
        ("recent_events", HandoverFact.List("store: session_events", session is null ? [] : events.ListRecent(c, session.Id, LongestList)
            .Select(e => $"{Times.ToText(e.CreatedAt)} {Shown.Plain(e.Type)}{(e.Agent is null ? "" : $" by {e.Agent}")}"))),
    ];

    private static long CountMessages(Connection c, Session? session) => session is null ? 0
        : c.First<long>("SELECT count(*) FROM messages WHERE session_seq = @Session", new { Session = session.Seq });

    private static string Usage(Connection c, AgentRef author, Project project)
    {
        UsageRow own = c.First<UsageRow>("SELECT tokens, cost FROM agents WHERE seq = @Seq", new { author.Seq })!;
        UsageRow all = c.First<UsageRow>("SELECT tokens, cost FROM projects WHERE seq = @Seq", new { project.Seq })!;
        return $"{own} by {author.Name}, {all} in the project";
    }

    private static string Describe(LatestMetric metric) =>
        string.Create(CultureInfo.InvariantCulture, $"{Shown.Code(metric.Name)} = {metric.Value:0.######}")
        + (metric.Unit is null ? "" : $" {Shown.Code(metric.Unit)}") + $" ({metric.Agent}, recorded {metric.Count} time{(metric.Count == 1 ? "" : "s")})";

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private sealed class UsageRow
    {
        public long Tokens { get; init; }
        public long Cost { get; init; }

        public override string ToString() => $"{Shown.Count(Tokens, "token")} and {Dollars.ToText(Cost)} dollars";
    }
}
