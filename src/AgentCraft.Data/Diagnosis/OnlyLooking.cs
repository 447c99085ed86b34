using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Diagnosis;

/// <summary>
/// Reads a database file and leaves everything as it is: no file is made beside it, not even the index of its log. SQLite by itself would make
/// that where it is missing, and make it anew where its last user was killed.
/// </summary>
internal static class OnlyLooking
{
    private const int Attempts = 3;

    /// <summary>Runs the reads on one snapshot.</summary>
    /// <exception cref="AgentCraftException"><c>store_damaged</c>, <c>store_unavailable</c> …</exception>
    public static T Read<T>(string path, StoreSettings settings, Func<Connection, T> read)
    {
        SqliteLibrary.Use(settings.SqliteLibrary);
        CheckSigns(path, settings);
        for (int attempt = 1; ; attempt++)
        {
            bool isWithoutLog = !File.Exists(path + "-wal");
            try
            {
                T result = InSnapshot(path, settings, isWithoutLog ? "?immutable=1" : "?readonly_shm=1", read);
                // What was read of a file that somebody began to write meanwhile means nothing.
                if (!isWithoutLog || !FileSigns.HasLog(path) || attempt == Attempts)
                    return result;
            }
            catch (SqliteException failure) when (isWithoutLog && FileSigns.HasLog(path) && attempt < Attempts)
            {
                _ = failure;
            }
            catch (SqliteException failure) when (!isWithoutLog && failure.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_BUSY or raw.SQLITE_PROTOCOL)
            {
                return Otherwise(path, settings, read);
            }
        }
    }

    /// <summary>The same, with a failure in our words.</summary>
    public static T ReadTold<T>(string path, StoreSettings settings, Func<Connection, T> read)
    {
        try
        {
            return Read(path, settings, read);
        }
        catch (SqliteException failure) when (StoreErrors.Translate(failure, path) is { } told)
        {
            throw told;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Forbidden(path, "cannot be read", failure);
        }
    }

    /// <summary>In use, its log is read as everybody does. Without an index nobody uses it, and a copy of both tells the same.</summary>
    private static T Otherwise<T>(string path, StoreSettings settings, Func<Connection, T> read)
    {
        if (File.Exists(path + "-shm"))
            return InSnapshot(path, settings, "", read);
        string folder = Directory.CreateTempSubdirectory("agentcraft-doctor-").FullName;
        try
        {
            string copy = Path.Combine(folder, "copy.db");
            File.Copy(path, copy);
            File.Copy(path + "-wal", copy + "-wal");
            return InSnapshot(copy, settings, "", read);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static T InSnapshot<T>(string path, StoreSettings settings, string options, Func<Connection, T> read)
    {
        using Connection connection = CopyConnections.ForLooking(path, options, settings);
        connection.BeginRead();
        connection.First<long>("PRAGMA schema_version");
        return read(connection);
    }

    /// <summary>What looks damaged may be a change that is under way: it is looked at again in the gate, when that is free; else a server has looked, and has it open.</summary>
    private static void CheckSigns(string path, StoreSettings settings)
    {
        try
        {
            FileSigns.Check(path, settings);
        }
        catch (AgentCraftException damaged) when (damaged.Code == ErrorCodes.StoreDamaged && File.Exists(path + ".gate") && FileStatus.IsWritable(path + ".gate"))
        {
            using FileLock? gate = FileLock.TryTake(path + ".gate");
            if (gate is not null)
                FileSigns.Check(path, settings);
        }
    }
}
