using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>Who holds, and who waits for, the lock of the central tables.</summary>
internal static class PostgresLockHolders
{
    /// <summary>One row at most: only one transaction has it.</summary>
    public static IReadOnlyList<LockHolder> Find(Connection c) => c.Query<LockHolder>("""
        SELECT 'central' AS "of", a.pid, 1 AS holds, a.application_name AS program,
               CAST(extract(epoch FROM clock_timestamp() - a.xact_start) * 1000 AS BIGINT) AS held_ms,
               CAST((SELECT count(*) FROM pg_locks w WHERE w.locktype = 'advisory' AND NOT w.granted AND w.objsubid = 1 AND w.database = l.database
                                                         AND w.classid = l.classid AND w.objid = l.objid) AS INTEGER) AS waiting
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (CAST(l.classid AS BIGINT) << 32 | CAST(l.objid AS BIGINT)) = hashtextextended(@Lock, 0)
        """, new { Lock = PostgresLocks.Writing(c) });
}
