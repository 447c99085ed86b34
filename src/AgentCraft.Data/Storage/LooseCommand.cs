using System.Data.Common;
using System.Diagnostics;

namespace AgentCraft.Data.Storage;

/// <summary>A value for a statement whose parameters are known only when it is made.</summary>
/// <param name="Name">Without the @.</param>
/// <param name="Value">Null for NULL.</param>
/// <param name="Type">What it would be if it were not null: string, long or double.</param>
internal readonly record struct LooseValue(string Name, object? Value, Type Type);

/// <summary>
/// A statement made for one use, of columns that a caller chooses: it is not kept, or every choice would stay in memory with its connection.
/// </summary>
internal static class LooseCommand
{
    /// <summary>All rows.</summary>
    public static List<T> Query<T>(Connection c, string sql, IEnumerable<LooseValue> values, Func<DbDataReader, T> read)
    {
        using DbCommand command = Make(c, sql, values);
        long start = Stopwatch.GetTimestamp();
        try
        {
            using DbDataReader reader = command.ExecuteReader();
            List<T> rows = [];
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
        finally
        {
            c.NoteIfSlow(command, start);
        }
    }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public static int Execute(Connection c, string sql, IEnumerable<LooseValue> values)
    {
        using DbCommand command = Make(c, sql, values);
        long start = Stopwatch.GetTimestamp();
        try
        {
            return command.ExecuteNonQuery();
        }
        finally
        {
            c.NoteIfSlow(command, start);
        }
    }

    /// <summary>The command itself, for who reads row by row or runs it again.</summary>
    public static DbCommand Make(Connection c, string sql, IEnumerable<LooseValue> values)
    {
        DbCommand command = c.Inner.CreateCommand();
        command.CommandText = sql;
        foreach (LooseValue value in values)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = "@" + value.Name;
            c.Dialect.SetType(parameter, value.Type);
            parameter.Value = value.Value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
