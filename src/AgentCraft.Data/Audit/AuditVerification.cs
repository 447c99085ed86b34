using System.Text.Json.Serialization;

namespace AgentCraft.Data.Audit;

/// <summary>What is wrong with the audit log.</summary>
[JsonConverter(typeof(SnakeCaseEnum<AuditFault>))]
public enum AuditFault
{
    /// <summary>A row does not say any more what it said.</summary>
    Changed,
    /// <summary>A row is missing before this one, or this one was put in.</summary>
    Broken,
    /// <summary>A row stands behind one that it was written before.</summary>
    Reordered,
    /// <summary>The last rows are missing, or rows stand behind the last.</summary>
    EndMissing,
    /// <summary>Rows that were put away are in no file.</summary>
    ArchiveMissing,
    /// <summary>The log is not the one that an anchor was taken of.</summary>
    AnchorMissing,
}

/// <summary>A fault, and where.</summary>
/// <param name="Fault">What.</param>
/// <param name="Entry">The id of the row, where there is one.</param>
/// <param name="Number">Which row it is, from 1.</param>
/// <param name="Message">For a person.</param>
public sealed record AuditDamage(AuditFault Fault, string? Entry, long Number, string Message);

/// <summary>How far the log had come once: kept elsewhere, it shows later whether this is still that log.</summary>
/// <param name="Entries">How many rows there were.</param>
/// <param name="Hash">Of the last of them.</param>
public sealed record AuditAnchor(long Entries, string Hash)
{
    /// <summary>Reads what <see cref="ToString"/> made.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public static AuditAnchor Parse(string text) =>
        text.Split(':') is [var count, { Length: 64 } hash] && long.TryParse(count, out long entries) && entries >= 0 && hash.All(char.IsAsciiHexDigitLower)
            ? new(entries, hash)
            : throw new AgentCraftException(ErrorCodes.InvalidArgument, $"'{Text.Shown(text, 100)}' is no anchor.", "Pass what agentcraft audit verify has printed as anchor: a number, ':' and 64 hexadecimal digits.");

    /// <inheritdoc/>
    public override string ToString() => $"{Entries}:{Hash}";
}

/// <summary>What came of looking at the whole log.</summary>
public sealed record AuditVerification
{
    /// <summary>Nothing is wrong.</summary>
    public bool Sound => Faults.Count == 0;
    /// <summary>How many rows were looked at, those in files included.</summary>
    public long Checked { get; init; }
    /// <summary>How many of them are in files.</summary>
    public long Archived { get; init; }
    /// <summary>How far the log has come, as <c>number:hash</c>: keep it elsewhere, and pass it as --anchor later.</summary>
    public string Anchor { get; init; } = "";
    /// <summary>What is wrong, the first hundred.</summary>
    public IReadOnlyList<AuditDamage> Faults { get; init; } = [];
}
