using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>Connections for backups: to a live file for reading, to a copy that nobody else has.</summary>
internal static class CopyConnections
{
    private static readonly LeaseClock Clock = new(TimeProvider.System);

    /// <summary>To a live file. It cannot write, and so neither checkpoints nor needs the gate.</summary>
    public static Connection OfLive(string path, StoreSettings settings)
    {
        FileSigns.CheckOutside(path, settings);
        return OfOpened(path, settings);
    }

    /// <summary>The same to one that was looked at, or was put aside. Of an empty one SQLite would delete the log, even for reading.</summary>
    /// <exception cref="AgentCraftException"><c>store_damaged</c></exception>
    public static Connection OfOpened(string path, StoreSettings settings)
    {
        FileSigns.CheckPlace(path);
        return Open(path, path, SqliteOpenMode.ReadOnly, settings, "");
    }

    /// <summary>To a copy, which stays as it is to the byte: nothing is made beside it, and nothing is locked.</summary>
    public static Connection OfCopy(string path, StoreSettings settings) =>
        Open(path, new Uri(path).AbsoluteUri + "?immutable=1", SqliteOpenMode.ReadOnly, settings, "");

    /// <summary>To a live file, as an address with these options, for a look that changes nothing.</summary>
    public static Connection ForLooking(string path, string options, StoreSettings settings) =>
        Open(path, options.Length == 0 ? path : new Uri(path).AbsoluteUri + options, SqliteOpenMode.ReadOnly, settings, "");

    /// <summary>To a file that is to be changed and that nobody else may have open, or whose gate the caller holds.</summary>
    public static Connection ForWriting(string path, StoreSettings settings) => Open(path, path, SqliteOpenMode.ReadWrite, settings, "PRAGMA synchronous = FULL;");

    private static Connection Open(string path, string source, SqliteOpenMode mode, StoreSettings settings, string pragmas)
    {
        SqliteLibrary.Use(settings.SqliteLibrary);
        Connection connection = new(new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = source, Mode = mode, Pooling = false, DefaultTimeout = 1,
        }.ToString()), new SqliteDialect(path, Clock));
        try
        {
            connection.Inner.Open();
            connection.Script($"PRAGMA busy_timeout = {(int)settings.WriteTimeout.TotalMilliseconds}; {pragmas}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
