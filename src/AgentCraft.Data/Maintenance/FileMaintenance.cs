using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Maintenance;

/// <summary>
/// What one file needs, in steps that are short transactions of their own: between two of them everybody else writes. See
/// Storage/DESIGN.md.
/// </summary>
internal static class FileMaintenance
{
    /// <summary>How many pages one transaction gives back: each is moved within the file, and so written and synced.</summary>
    public const int PagesAtOnce = 64;

    /// <summary>How many keys one transaction looks at.</summary>
    public const int KeysAtOnce = 500;

    // Of each index so many entries are looked at, however large it is.
    private const int EntriesLookedAt = 200;

    /// <summary>Forgets expired keys, the oldest first: they expire in the order in which they came. Returns how many.</summary>
    public static async Task<long> ForgetKeys(Database file, CancellationToken cancellationToken)
    {
        long forgotten = 0;
        for (int some = KeysAtOnce; some == KeysAtOnce; forgotten += some)
            some = await file.Write(c => c.Execute("""
                DELETE FROM idempotency_keys
                WHERE seq IN (SELECT seq FROM idempotency_keys ORDER BY seq LIMIT @Most)
                  AND ((boot_id = @BootId AND boot_ms < @BootMs) OR (boot_id <> @BootId AND expires_at < @Now))
                """, new { Most = KeysAtOnce, c.Time.BootId, BootMs = c.Time.BootMilliseconds, c.Time.Now }), cancellationToken);
        return forgotten;
    }

    /// <summary>Lets SQLite look at the tables whose statistics it has missed.</summary>
    public static Task<int> Optimize(Database file, CancellationToken cancellationToken) => file.Write(c =>
    {
        c.First<long>($"PRAGMA analysis_limit = {EntriesLookedAt}");
        c.Query<string>("PRAGMA optimize");
        return 1;
    }, cancellationToken);

    /// <summary>Gives free pages back, a few at a time. Returns how many.</summary>
    public static async Task<long> Vacuum(Database file, CancellationToken cancellationToken)
    {
        long before = await file.Read(c => c.First<long>("PRAGMA freelist_count"), cancellationToken), left = before;
        for (long last = long.MaxValue; left > 0 && left < last;)
        {
            last = left;
            left = await file.Write(c =>
            {
                c.Query<long>($"PRAGMA incremental_vacuum({PagesAtOnce})");
                return c.First<long>("PRAGMA freelist_count");
            }, cancellationToken);
        }
        return before - left;
    }

    /// <summary>
    /// Empties the log if the gate is free at once and nobody reads. It is short: commits checkpoint by themselves whenever the log has
    /// grown to 1,000 pages. False when it was not to be had.
    /// </summary>
    public static Task<bool> Checkpoint(Database file, CancellationToken cancellationToken) => file.TryTend(c =>
    {
        long patience = c.First<long>("PRAGMA busy_timeout");
        c.First<long>("PRAGMA busy_timeout = 0");
        try
        {
            return c.First<long>("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
        }
        finally
        {
            c.First<long>($"PRAGMA busy_timeout = {patience}");
        }
    }, cancellationToken);
}
