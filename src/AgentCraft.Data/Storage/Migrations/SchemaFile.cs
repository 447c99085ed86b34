using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage.Migrations;

/// <summary>A SQLite file, held by its gate for as long as the work takes.</summary>
internal sealed class SchemaFile(FileRecipe recipe, string? agent) : ISchemaStore
{
    private const int Waiting = 0, Started = 1, GivenUp = 2;

    public string Path => recipe.Path;

    public string? Agent => agent;

    public bool IsCentral => agent is null;

    public Dialect Dialect => recipe.Dialect;

    public async Task<T> Use<T>(SchemaAccess access, Func<SchemaSession, T> work)
    {
        int state = Waiting;
        Task<T> use = Task.Factory.StartNew(
            () => InGate(() => Interlocked.CompareExchange(ref state, Started, Waiting) == Waiting ? Open(access, work) : throw Busy()), TaskCreationOptions.LongRunning);
        // Waiting for the gate cannot be interrupted; the work, once it has begun, is not.
        if (await Task.WhenAny(use, Task.Delay(recipe.Settings.WriteTimeout)) != use && Interlocked.CompareExchange(ref state, GivenUp, Waiting) == Waiting)
            throw Busy();
        return await use;
    }

    private AgentCraftException Busy() => StoreErrors.Busy(Path, HolderFile.Read(Path), recipe.Settings.WriteTimeout);

    private T InGate<T>(Func<T> work)
    {
        FileSystems.FileSystem.Refuse(Path, recipe.Settings);
        SqliteLibrary.Use(recipe.Settings.SqliteLibrary);
        recipe.Guard?.Finish();
        recipe.PrepareDirectory();
        using IDisposable? birth = File.Exists(Path) ? null : recipe.Guard?.Birth();
        recipe.PrepareFile();
        using WriteGate gate = new(Path);
        gate.Enter();
        try
        {
            recipe.Guard?.RefuseMoved();
            return recipe.Guard is { IsPending: true } ? throw Busy() : work();
        }
        catch (Exception failure) when (recipe.Dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
        finally
        {
            gate.Exit();
        }
    }

    private T Open<T>(SchemaAccess access, Func<SchemaSession, T> work)
    {
        using Connection connection = OpenFile.Connect(recipe, SqliteOpenMode.ReadWriteCreate);
        // Also for a move, which takes them along. Who opens it next skips them once more, which harms nobody.
        LostNumbers lost = new(recipe);
        if (lost.AreOwed)
            lost.Skip(connection, recipe.Settings.Synchronous);
        SchemaSession session = new(connection, () => OpenFile.BackUp(recipe, connection));
        if (access != SchemaAccess.Back)
            return work(session);
        LeaveWriteAheadLog(connection);
        try
        {
            return work(session);
        }
        finally
        {
            connection.First<string>("PRAGMA journal_mode = WAL");
        }
    }

    /// <summary>
    /// Only who is alone may: every other connection holds a lock on the file for as long as it uses the log. So nobody's prepared statements
    /// and nobody's idea of the schema are older than what comes now, and nobody opens it before the gate is free again.
    /// </summary>
    private void LeaveWriteAheadLog(Connection connection)
    {
        connection.Script("PRAGMA busy_timeout = 0");
        try
        {
            connection.First<string>("PRAGMA journal_mode = DELETE");
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            throw MigrationErrors.InUse(Path, "another process");
        }
    }
}
