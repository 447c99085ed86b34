using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>
/// The table <c>_move</c>, beside the central ones: of a target how far it is, for whoever goes on with it; of a database that was moved away,
/// the note. A store that is in use has none.
/// </summary>
internal sealed class MoveJournal(Connection connection)
{
    /// <summary>The table.</summary>
    public const string Table = "_move";

    /// <summary>Of a target: the move that fills it. Of a source: the note.</summary>
    public const string Id = "id", From = "from", Note = "note";

    /// <summary>Of a target: what was there under its name before, and what it is called now.</summary>
    public const string Aside = "aside";

    /// <summary>Of a target: everything was checked, nothing more will be written but by servers.</summary>
    public const string Complete = "complete";

    /// <summary>There is one.</summary>
    public bool Exists => connection.First<long>(connection.Dialect.CountTables, new { Name = Table }) > 0;

    /// <summary>The statement that makes it.</summary>
    public string Ddl => connection.Dialect.Ddl($"CREATE TABLE IF NOT EXISTS {Table} (name TEXT PRIMARY KEY, value TEXT NOT NULL)");

    /// <summary>Null when nothing is said of that, or by nobody.</summary>
    public string? Find(string name) => !Exists ? null : connection.First<string>($"SELECT value FROM {Table} WHERE name = @Name", new { Name = name });

    /// <summary>Written down and committed.</summary>
    public void Set(string name, string value) =>
        connection.Execute($"INSERT INTO {Table} (name, value) VALUES (@Name, @Value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", new { Name = name, Value = value });

    /// <summary>Those whose names begin so, without that beginning.</summary>
    public IReadOnlyDictionary<string, string> All(string beginning) => connection.Query<Entry>($"SELECT name, value FROM {Table} ORDER BY name")
        .Where(entry => entry.Name.StartsWith(beginning, StringComparison.Ordinal)).ToDictionary(entry => entry.Name[beginning.Length..], entry => entry.Value);

    /// <summary>Takes it away.</summary>
    public void Drop() => connection.Script($"DROP TABLE IF EXISTS {Table}");

    private sealed class Entry
    {
        public string Name { get; init; } = "";
        public string Value { get; init; } = "";
    }
}
