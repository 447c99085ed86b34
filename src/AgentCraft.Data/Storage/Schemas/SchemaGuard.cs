using SQLitePCL;

namespace AgentCraft.Data.Storage.Schemas;

/// <summary>
/// SQLite asks it before a statement does anything, and it allows the making of tables and indexes only. The text was checked before; this
/// one does not depend on how the text was read.
/// </summary>
internal static class SchemaGuard
{
    private static readonly HashSet<string> Functions =
        new(["length", "lower", "upper", "abs", "coalesce", "nullif", "round", "trim", "replace", "substr", "like"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Runs a script under guard.</summary>
    /// <returns>What was refused; null when nothing was.</returns>
    public static string? Run(sqlite3 handle, Action script)
    {
        string? refused = null;
        strdelegate_authorizer ask = (_, action, first, second, _, _) =>
        {
            if (IsAllowed(action, first, second))
                return raw.SQLITE_OK;
            refused ??= $"{Name(action)} {first}".TrimEnd();
            return raw.SQLITE_DENY;
        };
        raw.sqlite3_set_authorizer(handle, ask, null);
        try
        {
            script();
            return refused;
        }
        catch when (refused is not null)
        {
            return refused;
        }
        finally
        {
            raw.sqlite3_set_authorizer(handle, (strdelegate_authorizer?)null, null);
            GC.KeepAlive(ask);
        }
    }

    /// <summary>To make a table or an index, SQLite itself writes to its catalogue.</summary>
    private static bool IsAllowed(int action, string? first, string? second) => action switch
    {
        raw.SQLITE_CREATE_TABLE or raw.SQLITE_CREATE_INDEX => first?.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) != true || first.StartsWith("sqlite_autoindex_", StringComparison.Ordinal),
        raw.SQLITE_INSERT or raw.SQLITE_UPDATE => first is "sqlite_master",
        raw.SQLITE_READ or raw.SQLITE_REINDEX => true,
        raw.SQLITE_FUNCTION => second is not null && Functions.Contains(second),
        _ => false,
    };

    private static string Name(int action) => action switch
    {
        raw.SQLITE_ATTACH => "ATTACH",
        raw.SQLITE_DETACH => "DETACH",
        raw.SQLITE_PRAGMA => "PRAGMA",
        raw.SQLITE_DROP_TABLE or raw.SQLITE_DROP_INDEX => "DROP",
        raw.SQLITE_CREATE_TRIGGER or raw.SQLITE_CREATE_TEMP_TRIGGER => "CREATE TRIGGER",
        raw.SQLITE_CREATE_VIEW or raw.SQLITE_CREATE_TEMP_VIEW => "CREATE VIEW",
        raw.SQLITE_CREATE_VTABLE => "CREATE VIRTUAL TABLE",
        raw.SQLITE_INSERT => "INSERT INTO",
        raw.SQLITE_UPDATE => "UPDATE",
        raw.SQLITE_DELETE => "DELETE FROM",
        raw.SQLITE_SELECT => "SELECT",
        raw.SQLITE_FUNCTION => "a function",
        raw.SQLITE_TRANSACTION or raw.SQLITE_SAVEPOINT => "ending the transaction",
        _ => "a statement",
    };
}
