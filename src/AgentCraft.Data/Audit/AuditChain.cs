using System.Globalization;

namespace AgentCraft.Data.Audit;

/// <summary>Follows the chain from row to row and keeps what is wrong.</summary>
/// <param name="anchor">What the chain must have been once; null for nothing.</param>
internal sealed class AuditChain(AuditAnchor? anchor)
{
    private const int MostFaults = 100;

    private readonly List<AuditDamage> _faults = [];
    // The beginnings of the hashes that came by: a row that follows one of them, but not the last, was moved.
    private readonly HashSet<ulong> _passed = [];
    private bool _isAnchored = anchor is null or { Entries: 0 };

    /// <summary>How many rows came by.</summary>
    public long Count { get; private set; }

    /// <summary>Of the last.</summary>
    public string Hash { get; private set; } = AuditRow.Beginning;

    public IReadOnlyList<AuditDamage> Faults => _faults;

    /// <summary>From here on the chain goes on behind rows that nobody could look at.</summary>
    public void Skip(long count, string hash) => (Count, Hash, _isAnchored) = (count, hash, _isAnchored || anchor!.Entries < count || (anchor.Entries == count && anchor.Hash == hash));

    /// <summary>The next row.</summary>
    public void Follow(AuditRow row)
    {
        Count++;
        if (row.Hash != row.ExpectedHash())
            Add(AuditFault.Changed, row, $"Row {Count} ({row.Id}, {row.Action} at {row.At}) was changed: it does not say what its hash was made of.");
        if (row.PreviousHash != Hash && IsPassed(row.PreviousHash))
            Add(AuditFault.Reordered, row, $"Row {Count} ({row.Id}, {row.Action} at {row.At}) stands in another place than it was written in.");
        else if (row.PreviousHash != Hash)
            Add(AuditFault.Broken, row, $"Before row {Count} ({row.Id}, {row.Action} at {row.At}) something is missing, or it was put in.");
        if (Start(row.Hash) is { } start)
            _passed.Add(start);
        Hash = row.Hash;
        _isAnchored |= Count == anchor?.Entries && Hash == anchor.Hash;
    }

    /// <summary>The log has ended.</summary>
    /// <param name="head">What the store says of its end.</param>
    public void End(AuditHead head)
    {
        if (Count < head.Entries && Hash == head.Hash)
            Add(AuditFault.Broken, null, $"{head.Entries - Count} of {head.Entries} rows are missing.");
        else if (Count < head.Entries)
            Add(AuditFault.EndMissing, null, $"The last {head.Entries - Count} of {head.Entries} rows are missing.");
        else if (Count > head.Entries)
            Add(AuditFault.EndMissing, null, $"There are {Count - head.Entries} rows more than were written.");
        else if (Hash != head.Hash)
            Add(AuditFault.EndMissing, null, "The last row is not the one that was written last.");
        if (!_isAnchored)
            Add(AuditFault.AnchorMissing, null, $"This is not the log of the anchor: its row {anchor!.Entries} is {(Count < anchor.Entries ? "missing" : "another one")}.");
    }

    public void Add(AuditFault fault, AuditRow? row, string message)
    {
        if (_faults.Count < MostFaults)
            _faults.Add(new(fault, row?.Id, Count, message));
    }

    private bool IsPassed(string hash) => (hash == AuditRow.Beginning && Count > 1) || (Start(hash) is { } start && _passed.Contains(start));

    private static ulong? Start(string hash) => hash.Length >= 16 && ulong.TryParse(hash.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong start) ? start : null;
}
