using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Audit;

/// <summary>The table <c>audit_log</c>: who did what from where. Appended to, never changed; each row's hash covers the one before.</summary>
public sealed class AuditLog(Databases databases)
{
    /// <summary>What the first row follows.</summary>
    public static readonly string Beginning = new('0', 64);

    private const int LongestText = 500;
    private const int MostWaiting = 1000;
    private const int LargestBatch = 100;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(MostWaiting);
    private int _writing;
    private long _dropped;

    /// <summary>Returns once it is stored.</summary>
    public Task Append(AuditEntry entry, CancellationToken cancellationToken = default) =>
        databases.Central.Write(c => { Append(c, entry); return true; }, cancellationToken);

    /// <summary>
    /// Stores it soon, many at once: refusing strangers must cost them more than us. What comes faster than it can be written is counted, and the count stored.
    /// </summary>
    public void Note(AuditEntry entry)
    {
        if (!_waiting.Writer.TryWrite(entry))
            Interlocked.Increment(ref _dropped);
        if (Interlocked.CompareExchange(ref _writing, 1, 0) == 0)
            _ = Task.Run(WriteWaiting);
    }

    internal static void Append(Connection c, AuditEntry entry)
    {
        string previous = c.First<string>("SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1") ?? Beginning;
        var row = new
        {
            Id = Ids.New("audit", c.Time.Now), At = Times.ToText(c.Time.Now), Principal = Cut(entry.Principal), Agent = Cut(entry.Agent), Action = Cut(entry.Action)!,
            Target = Cut(entry.Target), Outcome = entry.IsRefused ? "refused" : "done", Remote = Cut(entry.Remote), Detail = Cut(entry.Detail), Previous = previous,
        };
        string hash = Hash(row.Id, row.At, row.Principal, row.Agent, row.Action, row.Target, row.Outcome, row.Remote, row.Detail, row.Previous);
        c.Execute("""
            INSERT INTO audit_log (id, at, principal, agent, action, target, outcome, remote, detail, previous_hash, hash)
            VALUES (@Id, @At, @Principal, @Agent, @Action, @Target, @Outcome, @Remote, @Detail, @Previous, @Hash)
            """, new { row.Id, row.At, row.Principal, row.Agent, row.Action, row.Target, row.Outcome, row.Remote, row.Detail, row.Previous, Hash = hash });
    }

    /// <summary>SHA-256 of the columns as a JSON list, hexadecimal: a list cannot be read in two ways.</summary>
    internal static string Hash(params string?[] columns) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(columns, DataJson.Default.StringArray!))));

    private async Task WriteWaiting()
    {
        do
        {
            try
            {
                List<AuditEntry> batch = [];
                while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out AuditEntry? next))
                    batch.Add(next);
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                    batch.Add(new("audit_overflow") { IsRefused = true, Detail = $"{dropped} refusals came faster than they could be written." });
                if (batch.Count > 0)
                    await databases.Central.Write(c => { batch.ForEach(entry => Append(c, entry)); return true; });
            }
            catch (AgentCraftException)
            {
                // A store that cannot be written to serves no calls either.
            }
            Volatile.Write(ref _writing, 0);
        }
        while (_waiting.Reader.Count > 0 && Interlocked.CompareExchange(ref _writing, 1, 0) == 0);
    }

    private static string? Cut(string? text) => text is null ? null : Text.Shown(text, LongestText);
}
