using System.Data.Common;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>The rows of one part on one engine, as they would be in a file: what a shared table adds to them does not show.</summary>
internal abstract class PartRows(Connection connection) : IDisposable
{
    /// <summary>A batch is committed when it has so many rows, or so many characters.</summary>
    protected const int LargestBatch = 20_000, LongestBatch = 8 * 1024 * 1024;

    /// <summary>To the database.</summary>
    public Connection Connection => connection;

    /// <summary>How many rows there are.</summary>
    public long Count(MoveTable table)
    {
        using DbCommand command = Command($"SELECT count(*) FROM {table.Name} WHERE {Where(table)}", table, 0);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The lowest and the highest number of a row; zeros when there is none.</summary>
    public (long First, long Last) Range(MoveTable table)
    {
        using DbCommand command = Command($"SELECT min(seq), max(seq) FROM {table.Name} WHERE {Where(table)}", table, 0);
        using DbDataReader reader = command.ExecuteReader();
        reader.Read();
        return reader.IsDBNull(0) ? default : (ToFile(reader.GetInt64(0)), ToFile(reader.GetInt64(1)));
    }

    /// <summary>The rows behind this one, in the order of their numbers.</summary>
    public IEnumerable<object?[]> Rows(MoveTable table, long after = 0)
    {
        using DbCommand command = Command($"SELECT {table.ColumnNames} FROM {table.Name} WHERE {Where(table)} AND seq > @After ORDER BY seq", table, ToHere(after));
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
            yield return FromHere(table, Read(table, reader));
    }

    /// <summary>The highest number that a row ever had.</summary>
    public abstract long HighWater(MoveTable table);

    /// <summary>New rows go on behind this number.</summary>
    public abstract void SetHighWater(MoveTable table, long number);

    /// <summary>Adds them, in batches that are each committed; tells of each how many rows it had.</summary>
    public abstract void Append(MoveTable table, IEnumerable<object?[]> rows, Action<int> committed);

    /// <summary>Takes out what is there, against the rules of the table if need be: what the migrations put there, or what was copied wrong.</summary>
    public abstract void Clear(MoveTable table);

    public virtual void Dispose() => connection.Dispose();

    /// <summary>Which rows are the part's.</summary>
    protected virtual string Where(MoveTable table) => "1 = 1";

    /// <summary>What <see cref="Where"/> names.</summary>
    protected virtual IEnumerable<(string Name, object Value)> Parameters(MoveTable table) => [];

    /// <summary>A row's number as it would be in a file, and the other way.</summary>
    protected virtual long ToFile(long number) => number;

    /// <inheritdoc cref="ToFile"/>
    protected virtual long ToHere(long number) => number;

    /// <summary>A row as it would be in a file.</summary>
    protected virtual object?[] FromHere(MoveTable table, object?[] row) => row;

    protected DbCommand Command(string sql, MoveTable table, long after)
    {
        DbCommand command = connection.Inner.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in Parameters(table).Append(("After", after)))
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private static object?[] Read(MoveTable table, DbDataReader reader)
    {
        object?[] row = new object?[table.Columns.Count];
        for (int i = 0; i < row.Length; i++)
            row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i) is var value && value.GetType() == table.Columns[i].Type ? value : throw MoveErrors.OddValue(table, row, table.Columns[i], value);
        return row;
    }
}
