using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Audit;

/// <summary>A row of the audit log. Its hash covers all that it says and the hash of the row before.</summary>
public sealed record AuditRow
{
    /// <summary>What the first row follows.</summary>
    internal static readonly string Beginning = new('0', 64);

    [JsonIgnore]
    internal long Seq { get; init; }
    /// <summary>Its id.</summary>
    public string Id { get; init; } = "";
    /// <summary>When, as it was hashed.</summary>
    public string At { get; init; } = "";
    /// <summary>How it was known who called: a token's id, an issuer's subject, <c>os:</c> and an account. Null when it was not.</summary>
    public string? Principal { get; init; }
    /// <summary>The agent.</summary>
    public string? Agent { get; init; }
    /// <summary>A tool, or what was done otherwise.</summary>
    public string Action { get; init; } = "";
    /// <summary>What it was done to.</summary>
    public string? Target { get; init; }
    /// <summary><c>done</c> or <c>refused</c>.</summary>
    public string Outcome { get; init; } = "";
    /// <summary>The address it came from, or <c>stdio</c> or <c>cli</c>.</summary>
    public string? Remote { get; init; }
    /// <summary>More.</summary>
    public string? Detail { get; init; }
    /// <summary>The hash of the row before; 64 zeros for the first.</summary>
    public string PreviousHash { get; init; } = "";
    /// <summary>Its own.</summary>
    public string Hash { get; init; } = "";

    /// <summary>What its hash must be: SHA-256 of its columns as a JSON list, hexadecimal; a list cannot be read in two ways.</summary>
    internal string ExpectedHash()
    {
        string?[] columns = [Id, At, Principal, Agent, Action, Target, Outcome, Remote, Detail, PreviousHash];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(columns, DataJson.Default.StringArray!))));
    }
}

/// <summary>Which rows.</summary>
/// <param name="Agent">Of this agent.</param>
/// <param name="Action">This action.</param>
/// <param name="Outcome"><c>done</c> or <c>refused</c>.</param>
/// <param name="Since">From this moment on.</param>
public sealed record AuditFilter(string? Agent = null, string? Action = null, string? Outcome = null, DateTimeOffset? Since = null);

/// <summary>Rows of the audit log, the newest first.</summary>
public sealed record AuditPage
{
    /// <summary>They.</summary>
    public IReadOnlyList<AuditRow> Entries { get; init; } = [];
    /// <summary>How many there ever were, whatever the filter, those in files included.</summary>
    public long Total { get; init; }
    /// <summary>There are older ones.</summary>
    public bool HasMore { get; init; }
    /// <summary>For the next page.</summary>
    public string? Cursor { get; init; }
}

/// <summary>How far the log has come: the row of <c>audit_head</c>.</summary>
internal sealed record AuditHead
{
    public long Entries { get; init; }
    public string Hash { get; init; } = "";
    public long Archived { get; init; }
    public string ArchivedHash { get; init; } = "";
    public long ArchivedSeq { get; init; }
}
