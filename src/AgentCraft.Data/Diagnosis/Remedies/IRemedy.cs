namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Puts one finding right. Whatever it changes it notes in the journal first, so that it can be taken back.</summary>
internal interface IRemedy
{
    /// <summary>It changes rows, and so wants a backup.</summary>
    bool ChangesRows { get; }

    /// <summary>What it makes is derived from rows: <c>doctor --reindex</c> does it too.</summary>
    bool IsOfIndexes { get; }

    /// <summary>Which come first.</summary>
    int Order { get; }

    /// <summary>Does it.</summary>
    /// <returns>What was done, in a sentence.</returns>
    string Apply(Premises premises, FixJournal journal);
}
