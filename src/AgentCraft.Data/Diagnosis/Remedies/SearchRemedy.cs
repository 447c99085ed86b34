using System.Text.Json.Nodes;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Empties a search index of SQLite, and says that nothing is in it: the next search fills it, as it does after every import.</summary>
internal sealed class SearchRemedy(DerivedPart part, IndexedText index) : IRemedy
{
    public bool ChangesRows => true;

    public bool IsOfIndexes => true;

    public int Order => 4;

    public string Apply(Premises premises, FixJournal journal)
    {
        journal.Note(new() { ["change"] = "note", ["what"] = $"{part.Shown}: {index.Table} is made anew from the rows." });
        DerivedStore.Write(premises, part.Agent, part.IsCentral, Empty);
        return $"{part.Shown}: the search index {index.Table} was emptied; the next search fills it from the rows.";
    }

    /// <summary>Its tables get what those of a new index have. It is not asked to do so itself: it cannot when it is damaged.</summary>
    private bool Empty(Connection c)
    {
        string made = c.First<string>("SELECT sql FROM sqlite_master WHERE name = @Name", new { Name = index.Table })!, fresh = index.Table + "_fresh";
        c.Script(made.Replace($"TABLE {index.Table} ", $"TABLE {fresh} "));
        foreach (string table in new[] { "data", "idx", "docsize", "content" }.Where(table => c.First<long>(c.Dialect.CountTables, new { Name = $"{fresh}_{table}" }) == 1))
            c.Script($"DELETE FROM {index.Table}_{table}; INSERT INTO {index.Table}_{table} SELECT * FROM {fresh}_{table}");
        c.Script($"DROP TABLE {fresh}");
        if (part.IsCentral)
            c.Execute("DELETE FROM search_deleted WHERE noun = @Noun", new { index.Noun });
        c.Execute(part.IsCentral ? "UPDATE search_progress SET indexed_seq = 0 WHERE noun = @Noun" : "DELETE FROM search_progress WHERE noun = @Noun", new { index.Noun });
        return true;
    }
}
