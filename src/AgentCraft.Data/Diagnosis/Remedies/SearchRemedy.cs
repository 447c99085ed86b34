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

    private bool Empty(Connection c)
    {
        if (part.IsCentral)
        {
            c.Execute($"INSERT INTO {index.Table} ({index.Table}) VALUES ('delete-all')");
            c.Execute("DELETE FROM search_deleted WHERE noun = @Noun", new { index.Noun });
            c.Execute("UPDATE search_progress SET indexed_seq = 0 WHERE noun = @Noun", new { index.Noun });
            return true;
        }
        c.Execute($"DELETE FROM {index.Table}");
        c.Execute("DELETE FROM search_progress WHERE noun = @Noun", new { index.Noun });
        return true;
    }
}
