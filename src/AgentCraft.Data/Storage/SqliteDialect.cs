using System.Data.Common;
using System.Text;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage.Schemas;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>SQLite in a file of ours. The gate around a transaction is taken by <see cref="Writer"/>.</summary>
internal sealed class SqliteDialect(string path, LeaseClock clock) : Dialect
{
    public override string Name => "sqlite";

    public override FullText FullText { get; } = new SqliteFullText();

    public override string CountTables => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @Name";

    public override string CountBytes => "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";

    public override StoreTime Begin(Connection connection)
    {
        connection.Execute("BEGIN IMMEDIATE");
        return clock.Read();
    }

    public override void BeginRead(Connection connection) => connection.Execute("BEGIN");

    public override StoreTime AskTime(Connection connection) => clock.Read();

    /// <summary>Other processes are woken through files, after the gate is free.</summary>
    public override void Commit(Connection connection, IReadOnlyCollection<string> names) => connection.Execute("COMMIT");

    /// <summary>SQLite rolls back by itself on some errors, and a second error would hide the first.</summary>
    public override void RollBack(Connection connection)
    {
        if (InTransaction(connection))
            connection.Execute("ROLLBACK");
    }

    public override bool InTransaction(Connection connection) => raw.sqlite3_get_autocommit(((SqliteConnection)connection.Inner).Handle) == 0;

    /// <summary>At once: it takes no lock and leaves the transaction as it is. Below the provider, which wants a value for each parameter.</summary>
    public override PlanOf Explain(Connection connection, DbCommand command)
    {
        if (raw.sqlite3_prepare_v2(((SqliteConnection)connection.Inner).Handle, $"EXPLAIN QUERY PLAN {command.CommandText}", out sqlite3_stmt statement) != raw.SQLITE_OK)
            return new(null);
        using sqlite3_stmt asked = statement;
        StringBuilder plan = new();
        Dictionary<int, int> depths = new() { [0] = -1 };
        while (raw.sqlite3_step(asked) == raw.SQLITE_ROW)
        {
            int depth = depths[raw.sqlite3_column_int(asked, 0)] = depths.GetValueOrDefault(raw.sqlite3_column_int(asked, 1), -1) + 1;
            plan.Append(' ', 2 * depth).Append(raw.sqlite3_column_text(asked, 3).utf8_to_string()).Append('\n');
        }
        return new(plan.ToString().TrimEnd());
    }

    public override string? RunGuarded(Connection connection, string script)
    {
        try
        {
            return SchemaGuard.Run(((SqliteConnection)connection.Inner).Handle!, () => connection.Script(script)) is { } refused ? $"{refused} is not allowed" : null;
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == raw.SQLITE_ERROR)
        {
            return fault.Message;
        }
    }

    public override bool IsConstraint(Exception failure) => failure is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT };

    public override Exception Translate(Exception failure) =>
        failure is SqliteException sqlite ? StoreErrors.Translate(sqlite, path) ?? failure : failure;
}
