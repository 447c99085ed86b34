using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>
/// One open connection and its kept commands: each SQL text is prepared once and reused. Parameters are the properties of an
/// anonymous object; rows become objects through Dapper. Not for use by two threads at once.
/// </summary>
public sealed class Connection : IDisposable
{
    private readonly DbConnection _inner;
    private readonly Dictionary<string, KeptCommand> _commands = new(StringComparer.Ordinal);
    private readonly List<string> _pulses = [];

    internal Connection(DbConnection inner) => _inner = inner;

    internal DbConnection Inner => _inner;

    /// <summary>The names to wake once the running transaction is committed.</summary>
    internal List<string> Pulses => _pulses;

    /// <summary>All rows.</summary>
    public List<T> Query<T>(string sql, object? parameters = null)
    {
        KeptCommand command = Command(sql);
        using DbDataReader reader = command.Bind(parameters).ExecuteReader();
        Func<DbDataReader, T> row = command.RowParser<T>(reader);
        List<T> rows = [];
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>The first row, or the default (null for records) when there is none.</summary>
    public T? First<T>(string sql, object? parameters = null)
    {
        KeptCommand command = Command(sql);
        using DbDataReader reader = command.Bind(parameters).ExecuteReader();
        T? first = reader.Read() ? command.RowParser<T>(reader)(reader) : default;
        // A statement that returns what it wrote checks foreign keys only when it ends: left early, older SQLites undo it without a word.
        while (command.Writes && reader.Read())
        {
        }
        return first;
    }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, object? parameters = null) => Command(sql).Bind(parameters).ExecuteNonQuery();

    /// <summary>Wakes whoever waits for this name, here and in other processes, once the transaction is committed.</summary>
    public void PulseAfterCommit(string name) => _pulses.Add(name);

    internal bool InTransaction => raw.sqlite3_get_autocommit(((SqliteConnection)_inner).Handle) == 0;

    /// <summary>Ends the transaction if there still is one: SQLite rolls back by itself on some errors, and a second error would hide the first.</summary>
    internal void RollBack()
    {
        if (InTransaction)
            Execute("ROLLBACK");
    }

    /// <summary>Runs a script of several statements that is used once.</summary>
    internal void Script(string sql)
    {
        using DbCommand command = _inner.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KeptCommand command in _commands.Values)
            command.Dispose();
        _inner.Dispose();
    }

    private KeptCommand Command(string sql)
    {
        if (!_commands.TryGetValue(sql, out KeptCommand? command))
            _commands.Add(sql, command = new(_inner, sql));
        return command;
    }
}
