namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Makes all indexes of a file again from its tables.</summary>
internal sealed class ReindexRemedy(StoreFile file) : IRemedy
{
    public bool ChangesRows => true;

    public bool IsOfIndexes => true;

    public int Order => 1;

    public string Apply(Premises premises, FixJournal journal)
    {
        journal.Note(new() { ["change"] = "note", ["what"] = $"The indexes of {premises.Shown(file.Path)} are made anew from its tables." });
        GatedFile.Write(premises, file, c => c.Execute("REINDEX"));
        return $"{premises.Shown(file.Path)}: its indexes were made again from its tables.";
    }
}
