using System.Collections.Concurrent;

namespace AgentCraft.Data.Storage;

/// <summary>Read-only connections that stay open: as many as there were readers at the same moment.</summary>
internal sealed class Readers(Dialect dialect, Func<Connection> open)
{
    private readonly ConcurrentBag<Connection> _idle = [];
    private volatile bool _closed;

    /// <summary>Runs the reads in one read transaction, so that they all see the same state.</summary>
    public T Read<T>(Func<Connection, T> read)
    {
        if (_closed)
            throw StoreErrors.Stopping();
        Connection? connection = null;
        try
        {
            connection = _idle.TryTake(out Connection? kept) ? kept : open();
            return InSnapshot(connection, read);
        }
        catch (Exception failure) when (dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
        finally
        {
            if (connection is not null)
                Keep(connection);
        }
    }

    /// <summary>Closes those that are idle, and each of the others when its read has ended.</summary>
    public void Close()
    {
        _closed = true;
        while (_idle.TryTake(out Connection? connection))
            connection.Dispose();
    }

    private void Keep(Connection connection)
    {
        _idle.Add(connection);
        // A late one may close outside the gate: it is read-only, so it cannot checkpoint.
        if (_closed)
            Close();
    }

    private static T InSnapshot<T>(Connection connection, Func<Connection, T> read)
    {
        connection.BeginRead();
        try
        {
            return read(connection);
        }
        finally
        {
            connection.RollBack();
        }
    }
}
