using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Records;

/// <summary>What agents find out about sessions, each in its own file.</summary>
public sealed class AnalysisLog(OwnFiles files, AnalysisStore analyses, IdempotencyKeys keys)
{
    /// <summary>Stores one; those before it stay.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_argument</c>, <c>secret_refused</c>, <c>payload_too_large</c></exception>
    public async Task<StoredAnalysis> Append(NewAnalysis analysis, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        analysis.Validated();
        IdempotencyKeys.Check(idempotencyKey);
        Owner owner = await files.Find(analysis.Agent, analysis.Session, cancellationToken);
        return await files.Of(owner.Agent).Write(c =>
        {
            (StoredAnalysis stored, bool replayed) = keys.Run(c, owner.Agent.Id, idempotencyKey, analysis, DataJson.Default.NewAnalysis, DataJson.Default.StoredAnalysis,
                () => new StoredAnalysis
                {
                    Id = analyses.Append(c, owner.Agent.Id, owner.SessionId, analysis.Type, analysis.Data.GetRawText()),
                    Agent = owner.Agent.Name,
                    Type = analysis.Type,
                    Session = owner.SessionId,
                    CreatedAt = c.Time.Now,
                });
            return stored with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>The newest of a type, or of any, of a session, or of any.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the types that there are</exception>
    public async Task<Analysis> GetLatest(string agent, string? type, string? session, CancellationToken cancellationToken = default)
    {
        AgentRef owner = await files.FindReader(agent, session, cancellationToken);
        (Analysis? found, List<string> types) = files.Existing(owner) is not { } file ? (null, []) : await file.Read(c => (
            Find(c, owner, type, session),
            c.Query<string>("SELECT DISTINCT analysis_type FROM session_analysis WHERE agent_id = @Agent ORDER BY analysis_type LIMIT 20", new { Agent = owner.Id })), cancellationToken);
        return found ?? throw new AgentCraftException(ErrorCodes.NotFound,
            $"'{owner.Name}' has no analysis{(type is null ? "" : $" of the type '{Text.Shown(type, 40)}'")}{(session is null ? "" : " of that session")}.",
            types.Count == 0 ? "store_analysis stores one." : $"{(type is null ? "" : Text.DidYouMean(type, types))}There are: {string.Join(", ", types.Select(known => Text.Shown(known, 40)))}.");
    }

    private static Analysis? Find(Connection c, AgentRef owner, string? type, string? session) => c.First<Analysis>($"""
        SELECT id, session_id AS session, analysis_type AS type, analysis_data AS data, created_at FROM session_analysis
        WHERE agent_id = @Agent{(type is null ? "" : " AND analysis_type = @Type")}{(session is null ? "" : " AND session_id = @Session")} ORDER BY seq DESC LIMIT 1
        """, new { Agent = owner.Id, Type = type, Session = session });
}

/// <summary>Something that was found out, on its way into the store.</summary>
public sealed record NewAnalysis
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>Its kind: <c>git_analysis</c>.</summary>
    public required string Type { get; init; }
    /// <summary>Free form.</summary>
    public JsonElement Data { get; init; }
    /// <summary>The session's id; null for the agent's current one.</summary>
    public string? Session { get; init; }

    internal void Validated()
    {
        if (string.IsNullOrWhiteSpace(Type))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "type is empty.", "Use a short name such as git_analysis.");
        Text.Within(Type, "type", 100, "Use a short name such as git_analysis.");
        FreeForm.Check(Data, "data");
    }
}

/// <summary>What was stored.</summary>
public sealed record StoredAnalysis
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>Its kind.</summary>
    public required string Type { get; init; }
    /// <summary>The session that it is about.</summary>
    public string? Session { get; init; }
    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>True when an earlier call with the same idempotency key stored it and this one stored nothing.</summary>
    public bool Replayed { get; init; }
}
