using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>
/// One transaction on a database file by a connection of its own, inside the gate from opening to closing, as everybody's is; unlike everybody's
/// it keeps no references, because it removes, and puts back, rows whose references lead nowhere.
/// </summary>
internal static class GatedFile
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <exception cref="AgentCraftException"><c>store_busy</c>, <c>store_damaged</c> …</exception>
    public static T Write<T>(Premises premises, StoreFile file, Func<Connection, T> work)
    {
        StoreSettings settings = premises.Store;
        Storage.FileSystems.FileSystem.Refuse(file.Path, settings);
        SqliteLibrary.Use(settings.SqliteLibrary);
        RestoreGuard guard = new(premises.Paths);
        guard.Finish();
        using WriteGate gate = new(file.Path);
        Enter(gate, file, settings.WriteTimeout);
        LogMark? mark = null;
        try
        {
            if (guard.IsPending)
                throw StoreErrors.Busy(file.Path, HolderFile.Read(file.Path), settings.WriteTimeout);
            guard.RefuseMoved();
            FileSigns.Check(file.Path, settings);
            using Connection connection = CopyConnections.ForWriting(file.Path, settings);
            mark = new(file.Path, connection.First<string>(OpenFile.EpochQuery) ?? "");
            return InTransaction(connection, work, mark);
        }
        catch (SqliteException failure) when (StoreErrors.Translate(failure, file.Path) is { } told)
        {
            throw told;
        }
        finally
        {
            mark?.Close();
            gate.Exit();
        }
    }

    private static T InTransaction<T>(Connection connection, Func<Connection, T> work, LogMark mark)
    {
        connection.Script("PRAGMA foreign_keys = OFF");
        connection.Begin();
        try
        {
            T result = work(connection);
            connection.Commit([]);
            mark.Note();
            return result;
        }
        catch
        {
            connection.RollBack();
            throw;
        }
    }

    private static void Enter(WriteGate gate, StoreFile file, TimeSpan patience)
    {
        for (long start = Stopwatch.GetTimestamp(); !gate.TryEnter(); Thread.Sleep(Look))
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw StoreErrors.Busy(file.Path, HolderFile.Read(file.Path), patience);
    }
}
