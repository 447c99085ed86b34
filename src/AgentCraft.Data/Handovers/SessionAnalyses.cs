using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Records;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>Finds out about a session what a hand-over is filled with, and keeps it in the hand-over agent's <c>session_analysis</c>.</summary>
public sealed class SessionAnalyses
{
    private readonly HandoverKeeper _keeper;
    private readonly AgentStore _agents;
    private readonly SessionStore _sessions;
    private readonly EventStore _events;
    private readonly AnalysisStore _analyses;
    private readonly IdempotencyKeys _keys;

    internal SessionAnalyses(HandoverKeeper keeper, AgentStore agents, SessionStore sessions, EventStore events, AnalysisStore analyses, IdempotencyKeys keys) =>
        (_keeper, _agents, _sessions, _events, _analyses, _keys) = (keeper, agents, sessions, events, analyses, keys);

    /// <summary>Analyzes.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="wanted">What.</param>
    /// <param name="idempotencyKey">Repeating a call with its key keeps nothing and returns the first result.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SessionAnalysis> Analyze(string caller, AnalysisWish wanted, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        IdempotencyKeys.Check(idempotencyKey);
        (AgentRef who, Session? session) = await _keeper.Central.Read(c => Find(c, caller, wanted.Session), cancellationToken);
        Project project = await _keeper.ProjectOf(who, cancellationToken);
        GitView git = await GitView.Look(_keeper.Root, session?.StartedAt);
        HandoverFacts facts = await _keeper.Central.Read(c => HandoverFacts.Gather(
            c, who, project, session, session is null ? [] : _agents.ListPresent(c, session.Seq), _events, git, session is null ? "Analysis" : $"Analysis of {session.Id}", c.Time.Now), cancellationToken);
        SessionAnalysis found = Of(session, git, facts);
        Agent keeper = await _keeper.GetOrCreate(cancellationToken);
        (SessionAnalysis kept, bool replayed) = await _keeper.FileOf(keeper).Write(c => _keys.Run(c, who.Id, idempotencyKey, wanted,
            DataJson.Default.AnalysisWish, DataJson.Default.SessionAnalysis, () => found with { Kept = Keep(c, keeper.Id, found) }), cancellationToken);
        return kept with { Replayed = replayed };
    }

    internal (AgentRef Caller, Session? Session) Find(Connection c, string caller, string? sessionId)
    {
        AgentRef who = _agents.Identify(c, caller);
        return (who, sessionId is null ? _sessions.FindCurrent(c, who.Seq) : _sessions.Get(c, sessionId));
    }

    private Dictionary<string, string> Keep(Connection c, string keeper, SessionAnalysis found) => new()
    {
        ["git_analysis"] = _analyses.Append(c, keeper, found.Session, "git_analysis", JsonSerializer.Serialize(found.Git, DataJson.Default.GitAnalysis)),
        ["file_analysis"] = _analyses.Append(c, keeper, found.Session, "file_analysis", JsonSerializer.Serialize(found.Files, DataJson.Default.FileAnalysis)),
        ["todo_analysis"] = _analyses.Append(c, keeper, found.Session, "todo_analysis", JsonSerializer.Serialize(found.Todos, DataJson.Default.TodoAnalysis)),
        [AnalysisStore.SessionFacts] = _analyses.Append(c, keeper, found.Session, AnalysisStore.SessionFacts,
            JsonSerializer.Serialize(found.Facts, DataJson.Default.IReadOnlyDictionaryStringHandoverFact)),
    };

    private static SessionAnalysis Of(Session? session, GitView git, HandoverFacts facts)
    {
        IReadOnlyList<FileChange> changes = git.Status?.Changes ?? [];
        return new()
        {
            Session = session?.Id,
            Git = new()
            {
                Absence = git.Absence.Length == 0 ? null : git.Absence,
                Branch = git.Status?.Branch,
                Commit = git.Status?.Commit,
                Ahead = git.Status?.Ahead ?? 0,
                Shallow = git.IsShallow,
                Commits = [.. git.Commits.Select(commit => new AnalyzedCommit(commit.Id, commit.Author, commit.At, commit.Subject))],
                HasMoreCommits = git.HasMoreCommits,
            },
            Files = new()
            {
                Counts = new SortedDictionary<string, int>(changes.CountBy(change => change.Kind).ToDictionary(), StringComparer.Ordinal),
                Changed = [.. changes.Take(FileAnalysis.MostNamed).Select(change => new AnalyzedFile(change.Path, change.Kind))],
                HasMore = changes.Count > FileAnalysis.MostNamed || git.Status is { IsCut: true },
            },
            Todos = new() { Marks = [.. git.Todos.Select(mark => new AnalyzedTodo(mark.Path, mark.Line, mark.Text))] },
            Facts = facts.All.Where(fact => fact.Key is not ("title" or "author" or "dirty_files" or "commits" or "todos")).ToDictionary(),
        };
    }
}
