using System.Data.Common;
using System.Text.Json;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis;

/// <summary>A table of counts or sums that is kept in the transactions of the rows that it counts, and how to count them again.</summary>
/// <param name="Table">The table.</param>
/// <param name="Keys">What a row of it is about.</param>
/// <param name="Counts">What it keeps.</param>
/// <param name="Others">What only a new row needs besides.</param>
/// <param name="Counted">A SELECT of keys, counts and others from the rows themselves.</param>
internal sealed record Tally(string Table, string[] Keys, string[] Counts, string[] Others, string Counted)
{
    /// <summary>False for a table whose rows are more than counts: nothing is added to it or taken from it.</summary>
    public bool CanGrow { get; init; } = true;

    /// <summary>Those of the central store.</summary>
    public static readonly Tally[] Central =
    [
        new("inbox_counts", ["to_seq", "from_seq"], ["unread", "total"], [], """
            SELECT to_seq, from_seq, CAST(sum(CASE WHEN processed_at IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unread, count(*) AS total
            FROM messages GROUP BY to_seq, from_seq
            """),
        new("metric_series", ["agent_seq", "name"], ["count", "last_seq"], [],
            "SELECT agent_seq, name, count(*) AS count, max(seq) AS last_seq FROM agent_metrics GROUP BY agent_seq, name"),
        new("documents", ["seq"], ["version_seq"], [], "SELECT document_seq AS seq, max(seq) AS version_seq FROM document_versions GROUP BY document_seq") { CanGrow = false },
    ];

    /// <summary>Those of an agent's own file.</summary>
    public static readonly Tally[] Agent =
    [
        new("history_totals", ["agent_id", "session_id", "role"], ["entries", "cost"], ["first_at", "last_at"], $"""
            {History("COALESCE(session_id, '')", "role")} UNION ALL {History("COALESCE(session_id, '')", "'*'")}
            UNION ALL {History("'*'", "role")} UNION ALL {History("'*'", "'*'")}
            """),
    ];

    /// <summary>Rows that differ: what is kept, and what was counted.</summary>
    public List<Difference> Differences(Connection c)
    {
        Dictionary<string, Row> kept = Rows(c, $"SELECT {string.Join(", ", [.. Keys, .. Counts, .. Others])} FROM {Table}"), counted = Rows(c, Counted);
        return [.. kept.Keys.Union(counted.Keys).Select(key => new Difference(kept.GetValueOrDefault(key), counted.GetValueOrDefault(key)))
            .Where(pair => !Agrees(pair) && (CanGrow || pair is { Kept: not null, Counted: not null }))];
    }

    /// <summary>What stands there becomes this; null takes it away.</summary>
    public void Put(Connection c, Row key, Row? row)
    {
        string where = string.Join(" AND ", Keys.Select(name => $"{name} = @{name}"));
        if (row is null)
            LooseCommand.Execute(c, $"DELETE FROM {Table} WHERE {where}", Values(key, Keys));
        else if (LooseCommand.Execute(c, $"UPDATE {Table} SET {string.Join(", ", Counts.Select(name => $"{name} = @{name}"))} WHERE {where}", Values(row, [.. Keys, .. Counts])) == 0 && CanGrow)
        {
            string[] all = [.. Keys, .. Counts, .. Others];
            LooseCommand.Execute(c, $"INSERT INTO {Table} ({string.Join(", ", all)}) VALUES ({string.Join(", ", all.Select(name => "@" + name))})", Values(row, all));
        }
    }

    /// <summary>What stands there now; null for nothing.</summary>
    public Row? Find(Connection c, Row key) => LooseCommand.Query(c,
        $"SELECT {string.Join(", ", [.. Keys, .. Counts, .. Others])} FROM {Table} WHERE {string.Join(" AND ", Keys.Select(name => $"{name} = @{name}"))}", Values(key, Keys), Row.Read).FirstOrDefault();

    /// <summary>Both say the same, as far as it is counted.</summary>
    public bool Agree(Row? one, Row? other) => Agrees(new(one, other));

    private bool Agrees(Difference pair) => pair switch
    {
        { Kept: { } kept, Counted: { } counted } => Counts.All(name => Equals(kept[name], counted[name])),
        // A count of nothing is as good as none.
        { Kept: { } kept } => Counts.All(name => Equals(kept[name], 0L)),
        { Counted: { } counted } => Counts.All(name => Equals(counted[name], 0L)),
        _ => true,
    };

    private Dictionary<string, Row> Rows(Connection c, string sql) =>
        LooseCommand.Query(c, sql, [], Row.Read).ToDictionary(row => string.Join('\u001f', Keys.Select(name => row[name])));

    private static IEnumerable<LooseValue> Values(Row row, IEnumerable<string> names) => names.Select(name => new LooseValue(name, row[name], row[name] is long ? typeof(long) : typeof(string)));

    private static string History(string session, string role) => $"""
        SELECT agent_id, {session} AS session_id, {role} AS role, count(*) AS entries, CAST(sum(cost) AS BIGINT) AS cost, min(created_at) AS first_at, max(created_at) AS last_at
        FROM agent_history GROUP BY agent_id{(session[0] == '\'' ? "" : $", {session}")}{(role[0] == '\'' ? "" : ", role")}
        """;
}

/// <summary>A row that is kept, and what was counted in its place; null for none.</summary>
internal sealed record Difference(Row? Kept, Row? Counted)
{
    /// <summary>What both are about.</summary>
    public Row Key => (Kept ?? Counted)!;
}

/// <summary>A row of whole numbers and texts, by the names of its columns.</summary>
internal sealed class Row(IReadOnlyDictionary<string, object?> values)
{
    public object? this[string name] => values[name];

    public static Row Read(DbDataReader reader)
    {
        Dictionary<string, object?> values = new(StringComparer.Ordinal);
        for (int i = 0; i < reader.FieldCount; i++)
            values[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        return new(values);
    }

    public static Row Parse(JsonElement json) => new(json.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ValueKind switch
    {
        JsonValueKind.Number => (object?)field.Value.GetInt64(),
        JsonValueKind.Null => null,
        _ => field.Value.GetString(),
    }));

    public System.Text.Json.Nodes.JsonObject ToJson() => new(values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value switch
    {
        null => null,
        long number => (System.Text.Json.Nodes.JsonNode?)number,
        var text => text.ToString(),
    })));
}
