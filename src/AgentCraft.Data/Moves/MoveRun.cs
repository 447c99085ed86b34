using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data.Moves;

/// <summary>One move from its first row to the opening of the target. Whatever was done by a run before it is not done again.</summary>
internal sealed class MoveRun(IMoveSource source, IMoveTarget target, MoveNote note, TargetState there, Action<MoveProgress>? progress, Action<string>? at, CancellationToken cancellationToken)
{
    private const string Copying = "Copying", Checking = "Checking";

    private readonly SortedDictionary<string, string> _checked = new(StringComparer.Ordinal);
    private long _rows, _done;
    private int _tables, _table;

    public MoveSummary Finish()
    {
        List<PartPlan> plans = [.. source.Parts().Select(Plan)];
        IReadOnlyList<string> strangers = source.Strangers();
        if (!there.IsComplete)
        {
            Prepare(plans);
            foreach (PartPlan plan in plans)
                Move(plan);
            target.Complete();
            target.Journal.Set(MoveJournal.Complete, Times.ToText(DateTimeOffset.UtcNow));
        }
        at?.Invoke("complete");
        source.Say(note with { IsDone = true, At = Times.ToText(DateTimeOffset.UtcNow) });
        at?.Invoke("moved");
        string? aside = target.Release(plans);
        at?.Invoke("released");
        return new() { From = source.Shown, To = target.Shown, Rows = _rows, Tables = plans.Sum(plan => plan.Part.Tables.Count), Agents = plans.Count - 1, Sum = there.IsComplete ? "" : Sum(), Aside = aside, LeftBehind = strangers };
    }

    /// <summary>If there is no room for it the source is given back: nothing has happened.</summary>
    private void Prepare(List<PartPlan> plans)
    {
        try
        {
            target.Prepare(note, source.Shown, plans);
        }
        catch when (there.Id is null && target.Look().Id is null)
        {
            source.Say(null);
            throw;
        }
        foreach ((string name, string value) in target.Journal.All("checked/"))
            _checked[name] = value;
        at?.Invoke("prepared");
    }

    private PartPlan Plan(MovePart part)
    {
        using PartRows rows = source.Open(part);
        long first = 0, last = 0;
        foreach (MoveTable table in part.Tables)
        {
            _tables++;
            _rows += rows.Count(table);
            if (part.Owner is not null && rows.Range(table) is { Last: > 0 } range)
                (first, last) = (first == 0 ? range.First : Math.Min(first, range.First), Math.Max(last, range.Last));
        }
        return new(part, part.Owner is null ? new("", new Dictionary<string, long>()) : source.LifeOf(part, rows), first, last);
    }

    private void Move(PartPlan plan)
    {
        using PartRows from = source.Open(plan.Part);
        using PartRows to = target.Open(plan);
        List<MoveTable> left = [.. plan.Part.Tables.Where(table => !_checked.ContainsKey(NameOf(plan, table)))];
        foreach (MoveTable table in plan.Part.Tables.Except(left))
            Advance(Copying, plan, table, (int)Math.Min(int.MaxValue, from.Count(table)));
        foreach (MoveTable table in left)
        {
            long last = to.Range(table).Last;
            _done += last == 0 ? 0 : to.Count(table);
            Advance(Copying, plan, table, 0);
            to.Append(table, from.Rows(table, last), rows => Advance(Copying, plan, table, rows));
            _table++;
            at?.Invoke($"copied {table.Name}");
        }
        target.Settle(to);
        foreach (MoveTable table in left)
        {
            progress?.Invoke(new(Checking, $"{table.Name} ({plan.Part.Shown})", _table, _tables, _done, _rows));
            string sum = Check(plan, table, from, to);
            to.SetHighWater(table, from.HighWater(table));
            target.Settle(to);
            target.Journal.Set("checked/" + NameOf(plan, table), _checked[NameOf(plan, table)] = sum);
            at?.Invoke($"checked {table.Name}");
        }
    }

    /// <summary>Row by row, read again from both: how many there are and what they hold.</summary>
    private string Check(PartPlan plan, MoveTable table, PartRows from, PartRows to)
    {
        if (Difference(table, from, to, out string sum) is not { } difference)
            return sum;
        to.Clear(table);
        throw MoveErrors.Differs(plan.Part, table, difference);
    }

    private string? Difference(MoveTable table, PartRows from, PartRows to, out string sum)
    {
        using RowForm original = new(), copy = new();
        using IEnumerator<object?[]> originals = from.Rows(table).GetEnumerator(), copies = to.Rows(table).GetEnumerator();
        sum = "";
        while (originals.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            original.Add(originals.Current);
            if (!copies.MoveNext())
                return string.Create(CultureInfo.InvariantCulture, $"it ends before the row {originals.Current[0]}");
            copy.Add(copies.Current);
            if (!original.Last.SequenceEqual(copy.Last))
                return string.Create(CultureInfo.InvariantCulture, $"the row {originals.Current[0]} has other contents");
        }
        if (copies.MoveNext())
            return string.Create(CultureInfo.InvariantCulture, $"it has a row {copies.Current[0]} of its own");
        sum = string.Create(CultureInfo.InvariantCulture, $"{original.Rows} {original.Sum()}");
        return copy.Sum() == sum.Split(' ')[1] ? null : "its checksum is another one";
    }

    private void Advance(string stage, PartPlan plan, MoveTable table, int rows)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _done += rows;
        progress?.Invoke(new(stage, $"{table.Name} ({plan.Part.Shown})", _table, _tables, _done, _rows));
    }

    private static string NameOf(PartPlan plan, MoveTable table) => $"{plan.Part.Key}/{table.Name}";

    private string Sum() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _checked.Select(table => $"{table.Key} {table.Value}")))));
}
