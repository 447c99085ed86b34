using AgentCraft.Data.Diagnosis.Remedies;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Rows that refer to rows that are not there. PostgreSQL lets none come about.</summary>
internal sealed class ReferenceCheck : ICheck
{
    public string Name => "references";

    public string Title => "References";

    public bool AppliesTo(Premises premises) => premises.IsFiles && premises.HasStore;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        foreach (StoreFile file in premises.Files())
            if (Orphans(premises, file) is { Count: > 0 } orphans)
                findings.Add(new()
                {
                    Severity = Severity.Error,
                    What = $"{premises.Shown(file.Path)}: {Premises.Some([.. orphans.CountBy(orphan => (orphan.Table, orphan.Parent)).Select(pair => $"{pair.Value} {(pair.Value == 1 ? "row" : "rows")} of {pair.Key.Table} without {(pair.Value == 1 ? "its" : "their")} row of {pair.Key.Parent}")])}.",
                    Why = "Lists and counts may fail on them, and an export of the store cannot be imported.",
                    Next = premises.Command("doctor --fix"), Fixable = true, Paths = premises.ShownAll([file.Path]), Remedy = new OrphanRemedy(file),
                });
        return Task.FromResult(new Seen(findings.Count == 0 ? "every row has what it refers to" : "rows refer to what is not there", findings));
    }

    /// <summary>A file that cannot be read is told by the check of its integrity.</summary>
    private static List<Orphan> Orphans(Premises premises, StoreFile file)
    {
        try
        {
            return OnlyLooking.ReadTold(file.Path, premises.Store, Orphan.All);
        }
        catch (AgentCraftException)
        {
            return [];
        }
    }
}
