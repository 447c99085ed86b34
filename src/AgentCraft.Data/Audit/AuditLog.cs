using System.Threading.Channels;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Audit;

/// <summary>
/// The table <c>audit_log</c>: who did what from where. Appended to, never changed; each row's hash covers the one before, and
/// <c>audit_head</c> knows the last. See DESIGN.md.
/// </summary>
public sealed class AuditLog(Databases databases) : IAsyncDisposable
{
    internal const string Columns = "seq, id, at, principal, agent, action, target, outcome, remote, detail, previous_hash, hash";

    private const int LongestText = 500;
    private const int MostWaiting = 1000;
    private const int LargestBatch = 100;
    private static readonly TimeSpan LastRows = TimeSpan.FromMilliseconds(300);

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(MostWaiting);
    private readonly AuditFlood _flood = new(databases.Time);
    private readonly Lock _starting = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private long _dropped;

    /// <summary>Returns once it is stored.</summary>
    public Task Append(AuditEntry entry, CancellationToken cancellationToken = default) =>
        databases.Central.Write(c => { Append(c, entry); return true; }, cancellationToken);

    /// <summary>
    /// Stores it soon, many at once: refusing strangers must cost them more than us. What comes faster than it can be written, or from one
    /// place more often than anybody would read, is counted, and the count stored.
    /// </summary>
    public void Note(AuditEntry entry)
    {
        if (!_flood.IsTooMuch(entry))
            Enqueue(entry);
        foreach (AuditEntry count in _flood.TakeCounts(all: false))
            Enqueue(count);
    }

    /// <summary>One page, the newest first.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_cursor</c>, <c>cursor_expired</c></exception>
    public async Task<AuditPage> List(AuditFilter filter, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("audit", filter);
        long before = cursor is null ? long.MaxValue : Cursor.Parse(cursor, list, epoch).Seq;
        return await databases.Central.Read(c =>
        {
            List<AuditRow> rows = c.Query<AuditRow>($"""
                SELECT {Columns} FROM audit_log
                WHERE seq < @Before AND (@Agent IS NULL OR lower(agent) = lower(@Agent)) AND (@Action IS NULL OR action = @Action)
                  AND (@Outcome IS NULL OR outcome = @Outcome) AND (@Since IS NULL OR at >= @Since)
                ORDER BY seq DESC LIMIT @Limit
                """, new { Before = before, filter.Agent, filter.Action, filter.Outcome, filter.Since, Limit = limit + 1 });
            bool hasMore = Paging.CutToPage(rows, limit);
            return new AuditPage
            {
                Entries = rows, Total = Head(c).Entries, HasMore = hasMore, Cursor = rows.Count == 0 ? cursor : new Cursor(list, epoch, rows[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    /// <summary>Returns when all that was noted is stored, or cannot be.</summary>
    public Task Flush()
    {
        foreach (AuditEntry count in _flood.TakeCounts(all: true))
            Enqueue(count);
        lock (_starting)
            return _writing;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Flush().WaitAsync(LastRows).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    internal static AuditHead Head(Connection c) => c.First<AuditHead>("SELECT entries, hash, archived, archived_hash, archived_seq FROM audit_head")
        ?? throw new AgentCraftException(ErrorCodes.StoreDamaged, "The table audit_head is empty: the end of the audit log is not known any more.", "agentcraft audit verify shows what is there; restore a backup, or find out who emptied it.");

    /// <summary>In the running transaction, with the deed itself where that is possible.</summary>
    internal static void Append(Connection c, AuditEntry entry)
    {
        AuditRow row = new()
        {
            Id = Ids.New("audit", c.Time.Now), At = Times.ToText(c.Time.Now), Principal = Cut(entry.Principal), Agent = Cut(entry.Agent), Action = Cut(entry.Action)!,
            Target = Cut(entry.Target), Outcome = entry.IsRefused ? "refused" : "done", Remote = Cut(entry.Remote), Detail = Cut(entry.Detail), PreviousHash = Head(c).Hash,
        };
        Insert(c, row with { Hash = row.ExpectedHash() });
    }

    /// <summary>A row as it is; it must follow the last one.</summary>
    internal static void Insert(Connection c, AuditRow row)
    {
        c.Execute("""
            INSERT INTO audit_log (id, at, principal, agent, action, target, outcome, remote, detail, previous_hash, hash)
            VALUES (@Id, @At, @Principal, @Agent, @Action, @Target, @Outcome, @Remote, @Detail, @PreviousHash, @Hash)
            """, new { row.Id, row.At, row.Principal, row.Agent, row.Action, row.Target, row.Outcome, row.Remote, row.Detail, row.PreviousHash, row.Hash });
        c.Execute("UPDATE audit_head SET entries = entries + 1, hash = @Hash", new { row.Hash });
    }

    private void Enqueue(AuditEntry entry)
    {
        if (!_waiting.Writer.TryWrite(entry))
            Interlocked.Increment(ref _dropped);
        lock (_starting)
            if (!_isWriting)
                (_isWriting, _writing) = (true, Task.Run(WriteWaiting));
    }

    private async Task WriteWaiting()
    {
        while (true)
        {
            List<AuditEntry> batch = [];
            while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out AuditEntry? next))
                batch.Add(next);
            await Write(batch);
            lock (_starting)
                if (_waiting.Reader.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
        }
    }

    private async Task Write(List<AuditEntry> batch)
    {
        long dropped = Interlocked.Exchange(ref _dropped, 0);
        try
        {
            await databases.Central.Write(c =>
            {
                batch.ForEach(entry => Append(c, entry));
                if (dropped > 0)
                    Append(c, new("audit_overflow") { IsRefused = true, Detail = $"{dropped} refusals came faster than they could be written." });
                return true;
            });
        }
        catch (Exception)
        {
            // A store that cannot be written to serves no calls either; how much is missing is said once it can.
            Interlocked.Add(ref _dropped, batch.Count + dropped);
        }
    }

    // What strangers send may be anything: it is cut, its secrets are hidden, and what cannot be seen or kept stands there as an escape.
    private static string? Cut(string? text) => text is null ? null : Text.Shown(text, LongestText);
}
