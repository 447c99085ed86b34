using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Records;

/// <summary>The table <c>session_analysis</c> in an agent's own file: what was found out about a session, by kind.</summary>
public sealed class AnalysisStore(Databases databases)
{
    /// <summary>The kind under which the facts of a hand-over are kept: what the store knew when it was written.</summary>
    public const string SessionFacts = "session_facts";

    /// <summary>The newest analysis of a kind in an agent's file; null when there is none.</summary>
    public Task<Analysis?> FindLatest(AgentRef agent, string kind, CancellationToken cancellationToken = default) =>
        databases.Agent(agent.Name, agent.Type).Read(c => c.First<Analysis>("""
            SELECT id, session_id AS session, analysis_type AS type, analysis_data AS data, created_at FROM session_analysis
            WHERE agent_id = @Agent AND analysis_type = @Kind ORDER BY seq DESC LIMIT 1
            """, new { Agent = agent.Id, Kind = kind }), cancellationToken);

    /// <summary>Stores one in the running transaction of that agent's file; returns its id.</summary>
    internal string Append(Connection c, string agentId, string? sessionId, string kind, string json)
    {
        string id = Ids.New("analysis", c.Time.Now);
        c.Execute("""
            INSERT INTO session_analysis (id, agent_id, session_id, analysis_type, analysis_data, created_at)
            VALUES (@Id, @Agent, @Session, @Kind, @Json, @Now)
            """, new { Id = id, Agent = agentId, Session = sessionId, Kind = kind, Json = json, c.Time.Now });
        return id;
    }
}

/// <summary>What was found out about a session.</summary>
public sealed record Analysis
{
    /// <summary><c>analysis_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The session's id.</summary>
    public string? Session { get; init; }
    /// <summary>Its kind.</summary>
    public required string Type { get; init; }
    /// <summary>Free form.</summary>
    public JsonElement Data { get; init; }
    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Always true: the data are an agent's words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}
