using AgentCraft.Data.Storage;

namespace AgentCraft.Data;

/// <summary>Names that begin with what somebody has typed so far, for completion.</summary>
public sealed class NameStore(Databases databases)
{
    /// <summary>Agents that were not removed, by name.</summary>
    public Task<List<string>> Agents(string begun, int limit, CancellationToken cancellationToken = default) => Find(
        "SELECT name FROM agents WHERE name_key >= @From AND name_key < @To AND status <> 'removed' ORDER BY name_key LIMIT @Limit", begun.ToLowerInvariant(), limit, cancellationToken);

    /// <summary>Sessions, the newest first.</summary>
    public Task<List<string>> Sessions(string begun, int limit, CancellationToken cancellationToken = default) => Find(
        "SELECT id FROM sessions WHERE id >= @From AND id < @To ORDER BY seq DESC LIMIT @Limit", begun, limit, cancellationToken);

    /// <summary>Documents, by name.</summary>
    public Task<List<string>> Documents(string begun, int limit, CancellationToken cancellationToken = default) => Find(
        "SELECT name FROM documents WHERE name_key >= @From AND name_key < @To ORDER BY name_key LIMIT @Limit", begun.ToLowerInvariant(), limit, cancellationToken);

    /// <summary>Projects, by name.</summary>
    public Task<List<string>> Projects(string begun, int limit, CancellationToken cancellationToken = default) => Find(
        "SELECT name FROM projects WHERE name >= @From AND name < @To ORDER BY name LIMIT @Limit", begun, limit, cancellationToken);

    /// <summary>A range instead of LIKE: an index serves it, and no character has a meaning.</summary>
    private Task<List<string>> Find(string sql, string begun, int limit, CancellationToken cancellationToken) =>
        databases.Central.Read(c => c.Query<string>(sql, new { From = begun, To = begun + char.MaxValue, Limit = limit }), cancellationToken);
}
