using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage;

/// <summary>Read-only connections that stay open: as many as there were readers at the same moment.</summary>
internal sealed class Readers(string path, Func<Connection> open)
{
    private readonly ConcurrentBag<Connection> _idle = [];

    /// <summary>Runs the reads in one read transaction, so that they all see the same state.</summary>
    public T Read<T>(Func<Connection, T> read)
    {
        Connection connection = _idle.TryTake(out Connection? kept) ? kept : open();
        try
        {
            return InSnapshot(connection, read);
        }
        catch (SqliteException failure) when (StoreErrors.Translate(failure, path) is { } translated)
        {
            throw translated;
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    /// <summary>Closes those that are idle; the caller is in the gate.</summary>
    public void Close()
    {
        while (_idle.TryTake(out Connection? connection))
            connection.Dispose();
    }

    private static T InSnapshot<T>(Connection connection, Func<Connection, T> read)
    {
        connection.Execute("BEGIN");
        try
        {
            return read(connection);
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }
}
