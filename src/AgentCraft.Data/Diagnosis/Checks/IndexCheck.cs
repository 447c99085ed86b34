using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>What is derived from rows against the rows: counts that are kept, and search indexes. An index that merely lags is none of it: it is filled before a search.</summary>
internal sealed class IndexCheck : ICheck
{
    public string Name => "indexes";

    public string Title => "Indexes";

    public bool AppliesTo(Premises premises) => premises.HasStore;

    public async Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        int looked = 0;
        foreach (DerivedPart part in await DerivedPart.Of(premises))
        {
            cancellationToken.ThrowIfCancellationRequested();
            looked++;
            try
            {
                findings.AddRange(part.Read(c => Of(premises, part, c)));
            }
            catch (AgentCraftException)
            {
                // Told by the check of the store itself.
                looked--;
            }
        }
        return new(looked == 0 ? "nothing to compare yet" : findings.Count == 0 ? "counts and search agree with the rows" : "counts or search do not agree with the rows", findings);
    }

    private static List<Finding> Of(Premises premises, DerivedPart part, Connection c)
    {
        List<Finding> findings = [];
        string next = premises.Command("doctor --reindex");
        foreach (Tally tally in part.Tallies.Where(tally => part.Has(c, tally.Table)))
            if (tally.Differences(c) is { Count: > 0 } wrong)
                findings.Add(new()
                {
                    Severity = Severity.Warning,
                    What = $"{part.Shown}: {wrong.Count} {(wrong.Count == 1 ? "row" : "rows")} of {tally.Table} {(wrong.Count == 1 ? "says" : "say")} another number than there is; the first: {Told(tally, wrong[0])}.",
                    Why = "Numbers of unread mail, totals and lists that are told to agents are wrong. They can be counted again from the rows.",
                    Next = next, Fixable = true, Remedy = new CountRemedy(part),
                });
        foreach (IndexedText index in part.Indexes.Where(index => part.Has(c, index.Table)))
            if (index.Fault(c) is { } fault)
                findings.Add(new()
                {
                    Severity = Severity.Warning, What = $"{part.Shown}: the search index {index.Table} {fault}.",
                    Why = "A search misses what is there, or fails. The index can be made again from the rows.", Next = next, Fixable = true, Remedy = new SearchRemedy(part, index),
                });
        return findings;
    }

    private static string Told(Tally tally, Difference wrong) =>
        $"{string.Join(", ", tally.Keys.Select(name => $"{name} {wrong.Key[name]}"))} has {string.Join(", ", tally.Counts.Select(name => $"{name} {wrong.Kept?[name] ?? 0}, not {wrong.Counted?[name] ?? 0}"))}";
}
