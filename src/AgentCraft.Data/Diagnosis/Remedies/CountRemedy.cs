using System.Text.Json.Nodes;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Counts again what is counted.</summary>
internal sealed class CountRemedy(DerivedPart part) : IRemedy
{
    public const string Kind = "count";

    public bool ChangesRows => true;

    public bool IsOfIndexes => true;

    public int Order => 3;

    public string Apply(Premises premises, FixJournal journal)
    {
        int corrected = DerivedStore.Write(premises, part.Agent, part.IsCentral, c => part.Tallies.Where(tally => part.Has(c, tally.Table)).Sum(tally => Correct(c, tally, journal)));
        return $"{part.Shown}: {corrected} {(corrected == 1 ? "count was" : "counts were")} made anew from the rows.";
    }

    /// <summary>Null when it was taken back, else why not.</summary>
    public static string? Undo(Connection c, JsonObject change)
    {
        Tally tally = Tally.Central.Concat(Tally.Agent).First(one => one.Table == change["table"]!.GetValue<string>());
        Row? before = Read(change["before"]), after = Read(change["after"]);
        Row key = (before ?? after)!;
        Row? now = tally.Find(c, key);
        if (tally.Agree(now, before))
            return null;
        if (!tally.Agree(now, after))
            return $"A row of {tally.Table} has been counted on since.";
        tally.Put(c, key, before);
        return null;
    }

    private int Correct(Connection c, Tally tally, FixJournal journal)
    {
        DerivedStore.Hold(c, tally.Table);
        List<Difference> wrong = tally.Differences(c);
        journal.NoteAll(wrong.Select(one => new JsonObject
        {
            ["change"] = Kind, ["agent"] = part.Agent, ["central"] = part.IsCentral, ["table"] = tally.Table, ["before"] = one.Kept?.ToJson(), ["after"] = one.Counted?.ToJson(),
        }));
        foreach (Difference one in wrong)
            tally.Put(c, one.Key, one.Counted);
        return wrong.Count;
    }

    private static Row? Read(JsonNode? node) => node is null ? null : Row.Parse(System.Text.Json.JsonElement.Parse(node.ToJsonString()));
}
