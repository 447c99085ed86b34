using System.Data.Common;
using System.Diagnostics;
using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Storage;

/// <summary>
/// One open connection and its kept commands: each SQL text is prepared once and reused. Parameters are the properties of an
/// anonymous object; rows become objects through Dapper. Not for use by two threads at once.
/// </summary>
public sealed class Connection : IDisposable
{
    private readonly DbConnection _inner;
    private readonly Dialect _dialect;
    // Two callers may share a text and name its parameters in different orders: Npgsql goes on sending those of the first.
    private readonly Dictionary<(string Sql, Type? Parameters), KeptCommand> _commands = [];
    private readonly List<string> _pulses = [];
    private StoreTime? _time;

    internal Connection(DbConnection inner, Dialect dialect) => (_inner, _dialect) = (inner, dialect);

    /// <summary>When the running transaction happens: the same for all that it stores.</summary>
    public StoreTime Time => _time ??= _dialect.AskTime(this);

    internal DbConnection Inner => _inner;

    /// <summary>The names to wake once the running transaction is committed.</summary>
    internal List<string> Pulses => _pulses;

    /// <summary>All rows.</summary>
    public List<T> Query<T>(string sql, object? parameters = null)
    {
        KeptCommand command = Command(sql, parameters);
        long start = Stopwatch.GetTimestamp();
        try
        {
            using DbDataReader reader = command.Bind(parameters).ExecuteReader();
            Func<DbDataReader, T> row = command.RowParser<T>(reader);
            List<T> rows = [];
            while (reader.Read())
                rows.Add(row(reader));
            return rows;
        }
        finally
        {
            NoteIfSlow(command.Inner, start);
        }
    }

    /// <summary>The first row, or the default (null for records) when there is none.</summary>
    public T? First<T>(string sql, object? parameters = null)
    {
        KeptCommand command = Command(sql, parameters);
        long start = Stopwatch.GetTimestamp();
        try
        {
            using DbDataReader reader = command.Bind(parameters).ExecuteReader();
            T? first = reader.Read() ? command.RowParser<T>(reader)(reader) : default;
            // A statement that returns what it wrote checks foreign keys only when it ends: left early, older SQLites undo it without a word.
            while (command.Writes && reader.Read())
            {
            }
            return first;
        }
        finally
        {
            NoteIfSlow(command.Inner, start);
        }
    }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string sql, object? parameters = null)
    {
        DbCommand command = Command(sql, parameters).Bind(parameters);
        long start = Stopwatch.GetTimestamp();
        try
        {
            return command.ExecuteNonQuery();
        }
        finally
        {
            NoteIfSlow(command, start);
        }
    }

    /// <summary>Wakes whoever waits for this name, here and in other processes, once the transaction is committed.</summary>
    public void PulseAfterCommit(string name) => _pulses.Add(name);

    internal Dialect Dialect => _dialect;

    /// <summary>Whose rows, where one database holds what would be files of their own: the agent's name in lower case, else empty.</summary>
    internal string Owner { get; set; } = "";

    /// <summary>On a database server: where its tables are.</summary>
    internal string Schema { get; init; } = "";

    /// <summary>On a database server: the running transaction.</summary>
    internal string? TransactionId { get; set; }

    /// <summary>Where it is told what takes how long; null where nobody asks.</summary>
    internal StoreMeter? Meter { get; init; }

    /// <summary>Whoever commits brings it to the disk afterwards, and tells how long both took.</summary>
    internal bool IsSyncedLater { get; set; }

    /// <summary>How long the last commit took.</summary>
    internal long CommitTicks { get; private set; }

    internal bool InTransaction => _dialect.InTransaction(this);

    /// <summary>Begins a transaction that writes.</summary>
    internal void Begin() => _time = _dialect.Begin(this);

    /// <summary>Begins one that sees one snapshot.</summary>
    internal void BeginRead()
    {
        _time = null;
        _dialect.BeginRead(this);
    }

    /// <summary>Ends it; <paramref name="names"/> are to wake in other processes too.</summary>
    internal void Commit(IReadOnlyCollection<string> names)
    {
        long start = Stopwatch.GetTimestamp();
        _dialect.Commit(this, names);
        CommitTicks = Stopwatch.GetTimestamp() - start;
        if (!IsSyncedLater)
            Meter?.Commits.Add(CommitTicks);
    }

    /// <summary>Ends the transaction if there still is one.</summary>
    internal void RollBack() => _dialect.RollBack(this);

    /// <summary>A statement has ended that began at this timestamp; interrupted ones count, too.</summary>
    internal void NoteIfSlow(DbCommand command, long start)
    {
        long ticks = Stopwatch.GetTimestamp() - start;
        if (Meter is { Slow: var slow } && slow.IsSlow(ticks))
            slow.Note(command.CommandText, ticks, () => _dialect.Explain(this, command));
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

    private KeptCommand Command(string sql, object? parameters)
    {
        if (!_commands.TryGetValue((sql, parameters?.GetType()), out KeptCommand? command))
            _commands.Add((sql, parameters?.GetType()), command = new(_inner, _dialect, sql));
        return command;
    }
}
