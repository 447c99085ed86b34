using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Search;

/// <summary>Where a piece of text stands in what no index covers: read through from the newest on, as far as so many rows go.</summary>
public sealed class PlainSearch(Databases databases)
{
    private const int MostLooked = 20_000;

    /// <summary>Agents by name, type, instruction or work.</summary>
    public Task<List<FoundText>> Agents(string text, int limit, CancellationToken cancellationToken = default) => Find("""
        SELECT a.id, a.name AS title, COALESCE(a.current_task, a.instruction, a.type) AS excerpt, a.created_at AS at
        FROM agents a WHERE a.status <> 'removed' AND (lower(a.name) LIKE lower(@Like) ESCAPE '\' OR lower(a.type) LIKE lower(@Like) ESCAPE '\'
             OR lower(a.instruction) LIKE lower(@Like) ESCAPE '\' OR lower(a.current_task) LIKE lower(@Like) ESCAPE '\')
        ORDER BY a.seq DESC LIMIT @Limit
        """, text, limit, cancellationToken);

    /// <summary>Tasks by what is to be done and what came of it.</summary>
    public Task<List<FoundText>> Tasks(string text, int limit, CancellationToken cancellationToken = default) => Find("""
        SELECT t.id, substr(t.instruction, 1, 100) AS title, t.status || COALESCE(': ' || t.result, '') AS excerpt, t.created_at AS at
        FROM (SELECT * FROM tasks ORDER BY seq DESC LIMIT @Most) t
        WHERE t.id = @Text OR lower(t.instruction) LIKE lower(@Like) ESCAPE '\' OR lower(t.result) LIKE lower(@Like) ESCAPE '\' ORDER BY t.seq DESC LIMIT @Limit
        """, text, limit, cancellationToken);

    /// <summary>Events by type, what they happened to and details.</summary>
    public Task<List<FoundText>> Events(string text, int limit, CancellationToken cancellationToken = default) => Find("""
        SELECT e.id, e.event_type AS title, e.event_data AS excerpt, e.created_at AS at
        FROM (SELECT * FROM session_events ORDER BY seq DESC LIMIT @Most) e
        WHERE e.id = @Text OR e.entity_id = @Text OR lower(e.event_type) LIKE lower(@Like) ESCAPE '\' OR lower(e.event_data) LIKE lower(@Like) ESCAPE '\'
        ORDER BY e.seq DESC LIMIT @Limit
        """, text, limit, cancellationToken);

    /// <summary>The pattern for text that stands anywhere; no character of it has a meaning.</summary>
    internal static string Anywhere(string text) => $"%{text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";

    private Task<List<FoundText>> Find(string sql, string text, int limit, CancellationToken cancellationToken) =>
        databases.Central.ReadLong(c => c.Query<FoundText>(sql, new { Text = text, Like = Anywhere(text), Most = MostLooked, Limit = limit }), cancellationToken);
}

/// <summary>Something that was found by a piece of its text.</summary>
public sealed record FoundText
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>What it is called, or how it begins.</summary>
    public required string Title { get; init; }
    /// <summary>What it says: an agent's words.</summary>
    public string? Excerpt { get; init; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset At { get; init; }
    /// <summary>Always true: the excerpt may be another agent's words.</summary>
    public bool Untrusted => true;
}
