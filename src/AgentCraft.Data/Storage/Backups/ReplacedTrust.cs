using AgentCraft.Data.Audit;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>
/// What a restore must not turn back: the audit log, and who may call. A token that was revoked since the backup would be good again, a
/// server that asked for tokens would ask no more, and what was done since would have been done by nobody.
/// </summary>
internal sealed class ReplacedTrust
{
    private IReadOnlyList<AuditRow>? _rows;
    private IReadOnlyList<KeptToken> _tokens = [];

    /// <summary>From the store that was replaced; empty where there was none, or where it cannot be read.</summary>
    public static ReplacedTrust Read(string? replaced, StoreSettings store, AuditArchive archive)
    {
        ReplacedTrust trust = new();
        string path = Path.Combine(replaced ?? "", BackupFile.PathOf(null));
        if (replaced is null || !File.Exists(path))
            return trust;
        try
        {
            using Connection c = CopyConnections.OfOpened(path, store);
            trust._tokens = c.Query<KeptToken>("""
                SELECT t.id, a.id AS agent, t.scope, t.hash, t.prefix, t.last_four, t.created_at, t.expires_at, t.last_used_at, t.revoked_at
                FROM tokens t LEFT JOIN agents a ON a.seq = t.agent_seq ORDER BY t.seq
                """);
            trust._rows = [.. archive.Read(AuditLog.Head(c).Archived), .. c.Query<AuditRow>($"SELECT {AuditLog.Columns} FROM audit_log ORDER BY seq")];
        }
        catch (Exception damaged) when (damaged is SqliteException or AgentCraftException or IOException)
        {
            // The backup's own is what there is then.
        }
        return trust;
    }

    /// <summary>Puts it into the new store. Returns what became of it, for the log.</summary>
    public string Keep(Connection c)
    {
        if (_rows is null)
            return "Tokens and audit log are those of the backup.";
        KeepTokens(c);
        return KeepRows(c) is { } rows ? $"Tokens were kept, and {rows} rows of the audit log." : $"Tokens were kept. The audit log before was another one, of {_rows.Count} rows, the last {_rows.LastOrDefault()?.Hash}.";
    }

    private void KeepTokens(Connection c)
    {
        c.Execute("DELETE FROM tokens");
        foreach (KeptToken token in _tokens)
            c.Execute("""
                INSERT INTO tokens (id, agent_seq, scope, hash, prefix, last_four, created_at, expires_at, last_used_at, revoked_at)
                VALUES (@Id, (SELECT seq FROM agents WHERE id = @Agent), @Scope, @Hash, @Prefix, @LastFour, @CreatedAt, @ExpiresAt, @LastUsedAt, @RevokedAt)
                """, new { token.Id, token.Agent, token.Scope, token.Hash, token.Prefix, token.LastFour, token.CreatedAt, token.ExpiresAt, token.LastUsedAt, token.RevokedAt });
    }

    /// <summary>The rows behind the backup's last one; null when that is none of ours.</summary>
    private int? KeepRows(Connection c)
    {
        string last = AuditLog.Head(c).Hash;
        int from = last == AuditRow.Beginning ? 0 : _rows!.ToList().FindIndex(row => row.Hash == last) + 1;
        if (from == 0 && last != AuditRow.Beginning)
            return null;
        foreach (AuditRow row in _rows!.Skip(from))
        {
            if (row.PreviousHash != AuditLog.Head(c).Hash)
                return null;
            AuditLog.Insert(c, row);
        }
        return _rows!.Count - from;
    }

    private sealed class KeptToken
    {
        public string Id { get; init; } = "";
        public string? Agent { get; init; }
        public string Scope { get; init; } = "";
        public string Hash { get; init; } = "";
        public string Prefix { get; init; } = "";
        public string LastFour { get; init; } = "";
        public string CreatedAt { get; init; } = "";
        public string? ExpiresAt { get; init; }
        public string? LastUsedAt { get; init; }
        public string? RevokedAt { get; init; }
    }
}
