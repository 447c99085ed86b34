using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;

namespace AgentCraft.Data.Diagnosis;

/// <summary>A database with what is derived from its rows: the central one, an agent's file, or the agents' schema of a server.</summary>
/// <param name="Shown">For people.</param>
/// <param name="Agent">Whose file; null for the central one.</param>
/// <param name="IsCentral">It is the central one.</param>
/// <param name="Looked">Runs reads on it, changing nothing.</param>
internal sealed record DerivedPart(string Shown, string? Agent, bool IsCentral, DerivedPart.Reading Looked)
{
    /// <summary>Runs reads and returns what they return.</summary>
    public delegate object Reading(Func<Connection, object> read);

    /// <summary>The counts that are kept there.</summary>
    public Tally[] Tallies => IsCentral ? Tally.Central : Tally.Agent;

    /// <summary>The search indexes there; none on a database server, which keeps them by references.</summary>
    public IReadOnlyList<IndexedText> Indexes { get; init; } = [];

    public T Read<T>(Func<Connection, T> read) where T : class => (T)Looked(read);

    public bool Has(Connection c, string table) => c.First<long>(c.Dialect.CountTables, new { Name = table }) == 1;

    /// <summary>All of a store.</summary>
    public static async Task<IReadOnlyList<DerivedPart>> Of(Premises premises)
    {
        if (!premises.IsFiles)
            return await PostgresLook.Parts(premises);
        return [.. premises.Files().Select(file => new DerivedPart(premises.Shown(file.Path), file.Agent, file.Agent is null, read => OnlyLooking.ReadTold(file.Path, premises.Store, read))
        {
            Indexes = file.Agent is null ? IndexedText.Central : IndexedText.OfAgent,
        })];
    }
}

/// <summary>A full-text index of SQLite, by rows. Its table of document sizes has an entry for each row that is in it.</summary>
/// <param name="Table">The index.</param>
/// <param name="Noun">In <c>search_progress</c>.</param>
/// <param name="Rows">What is in it, numbered <c>seq</c>: a SELECT with <c>{0}</c> for a condition on <c>t.seq</c>.</param>
/// <param name="Source">The table that numbers them.</param>
/// <param name="HasAll">Every row is in it, one without words too.</param>
internal sealed record IndexedText(string Table, string Noun, string Rows, string Source, bool HasAll)
{
    public static readonly IndexedText[] Central =
    [
        new("search_messages", "messages", "SELECT t.seq FROM messages t WHERE {0}", "messages", HasAll: true),
        new("search_documents", "documents", "SELECT t.seq FROM document_versions t JOIN documents d ON d.version_seq = t.seq WHERE {0}", "document_versions", HasAll: true),
        new("search_outputs", "outputs", "SELECT t.seq FROM outputs t WHERE {0}", "outputs", HasAll: false),
    ];

    public static readonly IndexedText[] OfAgent = [new("search_history", "history", "SELECT t.seq FROM agent_history t WHERE {0}", "agent_history", HasAll: true)];

    private bool IsAgents => Noun == "history";

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Fault(Connection c)
    {
        try
        {
            c.Query<long>($"SELECT rowid FROM {Table} WHERE {Table} MATCH '\"a\" *' LIMIT 1");
        }
        catch (Microsoft.Data.Sqlite.SqliteException broken)
        {
            return $"cannot be read ({broken.Message})";
        }
        string progress = $"(SELECT COALESCE(max(indexed_seq), 0) FROM search_progress WHERE noun = '{Noun}')";
        if (c.First<long>($"SELECT count(*) FROM sqlite_sequence WHERE name = '{Source}' AND seq < {progress}") > 0)
            return "claims more rows than there ever were";
        long missing = !HasAll ? 0 : c.First<long>($"SELECT count(*) FROM ({string.Format(System.Globalization.CultureInfo.InvariantCulture, Rows, $"t.seq <= {progress}")}) r WHERE r.seq NOT IN (SELECT id FROM {Table}_docsize)");
        string deleted = IsAgents ? "" : $" AND id NOT IN (SELECT row_seq FROM search_deleted WHERE noun = '{Noun}')";
        long more = !HasAll ? 0 : c.First<long>($"SELECT count(*) FROM {Table}_docsize WHERE id NOT IN ({string.Format(System.Globalization.CultureInfo.InvariantCulture, Rows, "1 = 1")}){deleted}");
        return missing > 0 ? $"lacks {missing} of the rows that it should have" : more > 0 ? $"has {more} rows that are gone" : null;
    }
}
