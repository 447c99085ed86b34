using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Sessions;

/// <summary>The tables <c>sessions</c> and <c>session_agents</c>.</summary>
public sealed class SessionStore(Databases databases, ProjectStore projects, AgentStore agents, ClaimStore claims, EventStore events, SessionArchive archive)
{
    private const int LongestSummary = 64 * 1024;

    private const string Columns = """
        s.seq, s.project_seq, s.main_agent_seq, s.id, p.name AS project, s.status, a.name AS main_agent, s.metadata, s.summary,
        s.started_at, s.ended_at
        """;

    private const string Tables = "sessions s JOIN projects p ON p.seq = s.project_seq LEFT JOIN agents a ON a.seq = s.main_agent_seq";

    /// <summary>Registers the agent, joins the project's active session or opens one, and tells who else is there.</summary>
    public Task<StartedSession> Start(NewSession start, CancellationToken cancellationToken = default)
    {
        start.Agent.Validated();
        FreeForm.Check(start.Metadata, "metadata");
        return databases.Central.Write(c => Start(c, start), cancellationToken);
    }

    /// <summary>
    /// Takes the agent out of its session and releases its claims; the main agent, or the last one, ends the session.
    /// Ending what is ended changes nothing.
    /// </summary>
    public Task<EndedSession> End(string agent, string? session, string? summary, CancellationToken cancellationToken = default)
    {
        CheckSummary(summary);
        return databases.Central.Write(c => End(c, agents.Identify(c, agent), session, summary), cancellationToken);
    }

    /// <summary>What ending will check of the summary, for who does something else first.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c></exception>
    public static void CheckSummary(string? summary) =>
        Text.Within(summary, "summary", LongestSummary, "Keep the summary short; create_handover holds the details.");

    /// <summary>Names the agent's stay in the session that ending would take: another one after it has left and come back.</summary>
    public Task<string> FindStayToEnd(string agent, string? session, CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        AgentRef leaver = agents.Identify(c, agent);
        Session ending = FindToEnd(c, leaver, session);
        long stay = c.First<long>("SELECT seq FROM session_agents WHERE session_seq = @Session AND agent_seq = @Agent",
            new { Session = ending.Seq, Agent = leaver.Seq });
        return $"{ending.Id} {stay}";
    }, cancellationToken);

    /// <summary>The session that the agent is in now; null when it is in none.</summary>
    internal Session? FindCurrent(Connection c, long agentSeq) => c.First<Session>($"""
        SELECT {Columns} FROM {Tables} JOIN session_agents m ON m.session_seq = s.seq
        WHERE m.agent_seq = @Agent AND m.left_at IS NULL AND s.status = 'active' ORDER BY m.seq DESC LIMIT 1
        """, new { Agent = agentSeq });

    /// <summary>The number of the session that the agent is in now; null when it is in none.</summary>
    internal static long? CurrentSeq(Connection c, long agentSeq) => c.First<long?>("""
        SELECT s.seq FROM sessions s JOIN session_agents m ON m.session_seq = s.seq
        WHERE m.agent_seq = @Agent AND m.left_at IS NULL AND s.status = 'active' ORDER BY m.seq DESC LIMIT 1
        """, new { Agent = agentSeq });

    internal Session Get(Connection c, string id) => c.First<Session>($"SELECT {Columns} FROM {Tables} WHERE s.id = @Id", new { Id = id })
        ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No session '{Text.Shown(id)}'.",
            Text.DidYouMean(id, c.Query<string>("SELECT id FROM sessions ORDER BY seq DESC LIMIT 100"))
            + "Leave session out for your current one; start_session returns its id.");

    private StartedSession Start(Connection c, NewSession start)
    {
        Project project = projects.Resolve(c, start.Project);
        Agent agent = agents.Register(c, start.Agent, project);
        Session? active = start.ForceNew ? null : FindActive(c, project);
        Session session = active ?? Open(c, project, agent, start.Metadata);
        // What was claimed for the old session is not claimed for the new one.
        if (LeaveAll(c, agent.Ref, but: session.Seq) > 0)
            claims.ReleaseAll(c, agent.Seq);
        Join(c, session, agent);
        archive.ArchiveWhenDue(c);
        return new(session, agent, agents.ListPresent(c, session.Seq), IsNew: active is null);
    }

    private static Session? FindActive(Connection c, Project project) => c.First<Session>(
        $"SELECT {Columns} FROM {Tables} WHERE s.project_seq = @Project AND s.status = 'active' ORDER BY s.seq DESC LIMIT 1",
        new { Project = project.Seq });

    private Session Open(Connection c, Project project, Agent agent, JsonElement? metadata)
    {
        string id = Ids.New("session", c.Time.Now);
        c.Execute("""
            INSERT INTO sessions (id, project_seq, main_agent_seq, metadata, started_at)
            VALUES (@Id, @Project, @Agent, COALESCE(@Metadata, '{}'), @Now)
            """, new { Id = id, Project = project.Seq, Agent = agent.Seq, Metadata = metadata, Now = c.Time.Now });
        Session session = Get(c, id);
        Log(c, "session_started", session, agent.Ref);
        return session;
    }

    /// <summary>
    /// Takes the agent out of every session but the one that it joins: it is in one at a time, or ending twice would end two. The session
    /// that it was the main agent of goes on while somebody else is in it.
    /// </summary>
    internal int LeaveAll(Connection c, AgentRef agent, long but = 0)
    {
        List<Session> others = c.Query<Session>($"""
            SELECT {Columns} FROM {Tables} JOIN session_agents m ON m.session_seq = s.seq
            WHERE m.agent_seq = @Agent AND m.left_at IS NULL AND s.seq <> @But
            """, new { Agent = agent.Seq, But = but });
        foreach (Session other in others)
        {
            Leave(c, other, agent);
            bool ends = other.Status == SessionStatus.Active && IsEmpty(c, other);
            if (ends)
                Close(c, other, summary: null);
            Log(c, ends ? "session_ended" : "agent_left", other, agent);
        }
        return others.Count;
    }

    private void Join(Connection c, Session session, Agent agent)
    {
        // Who comes back gets a new row: the order of the rows is the order of the stays.
        c.Execute("DELETE FROM session_agents WHERE session_seq = @Session AND agent_seq = @Agent AND left_at IS NOT NULL",
            new { Session = session.Seq, Agent = agent.Seq });
        int changed = c.Execute("""
            INSERT INTO session_agents (session_seq, agent_seq, joined_at) VALUES (@Session, @Agent, @Now)
            ON CONFLICT (session_seq, agent_seq) DO NOTHING
            """, new { Session = session.Seq, Agent = agent.Seq, Now = c.Time.Now });
        if (changed > 0)
            Log(c, "agent_joined", session, agent.Ref);
    }

    private EndedSession End(Connection c, AgentRef agent, string? id, string? summary)
    {
        Session session = FindToEnd(c, agent, id);
        bool left = Leave(c, session, agent);
        int released = left ? claims.ReleaseAll(c, agent.Seq) : 0;
        bool ends = session.Status == SessionStatus.Active && left && (session.MainAgentSeq == agent.Seq || IsEmpty(c, session));
        if (ends)
            Close(c, session, summary);
        if (left)
            Log(c, ends ? "session_ended" : "agent_left", session, agent, summary);
        return new(Get(c, session.Id), Changed: left, Ended: ends, released);
    }

    private Session FindToEnd(Connection c, AgentRef agent, string? id) =>
        id is not null ? Get(c, id) : GetCurrentOrLast(c, agent);

    /// <summary>The session that the agent is in, else the one that it was in last.</summary>
    internal Session GetCurrentOrLast(Connection c, AgentRef agent) => FindCurrent(c, agent.Seq) ?? FindLast(c, agent.Seq)
        ?? throw new AgentCraftException(ErrorCodes.NotFound, $"'{agent.Name}' has never been in a session.", "start_session opens or joins one.");

    private static Session? FindLast(Connection c, long agentSeq) => c.First<Session>($"""
        SELECT {Columns} FROM {Tables} JOIN session_agents m ON m.session_seq = s.seq
        WHERE m.agent_seq = @Agent ORDER BY m.seq DESC LIMIT 1
        """, new { Agent = agentSeq });

    private bool Leave(Connection c, Session session, AgentRef agent) => c.Execute(
        "UPDATE session_agents SET left_at = @Now WHERE session_seq = @Session AND agent_seq = @Agent AND left_at IS NULL",
        new { Now = c.Time.Now, Session = session.Seq, Agent = agent.Seq }) > 0;

    private static bool IsEmpty(Connection c, Session session) => c.First<long>(
        "SELECT count(*) FROM session_agents WHERE session_seq = @Session AND left_at IS NULL", new { Session = session.Seq }) == 0;

    private void Close(Connection c, Session session, string? summary)
    {
        c.Execute("UPDATE sessions SET status = 'ended', ended_at = @Now, summary = COALESCE(@Summary, summary) WHERE seq = @Session",
            new { Summary = summary, Now = c.Time.Now, Session = session.Seq });
        c.Execute("UPDATE session_agents SET left_at = @Now WHERE session_seq = @Session AND left_at IS NULL",
            new { Now = c.Time.Now, Session = session.Seq });
        claims.ReleaseSession(c, session.Seq);
    }

    /// <summary>The summary of who leaves a session that goes on is kept here: the session has only one, of who ends it.</summary>
    private void Log(Connection c, string type, Session session, AgentRef agent, string? summary = null) => events.Append(c, new(type)
    {
        SessionSeq = session.Seq,
        ProjectSeq = session.ProjectSeq,
        AgentSeq = agent.Seq,
        EntityType = "session",
        EntityId = session.Id,
        Data = summary is null ? "{}" : JsonSerializer.Serialize(new Dictionary<string, string> { ["summary"] = summary }, DataJson.Default.IReadOnlyDictionaryStringString),
    });
}
