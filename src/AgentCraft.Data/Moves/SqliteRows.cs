using System.Data.Common;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>Rows of a SQLite file.</summary>
internal sealed class SqliteRows(Connection connection, Action? closing = null, bool isShared = false) : PartRows(connection)
{
    public override long HighWater(MoveTable table) => Connection.First<long>("SELECT seq FROM sqlite_sequence WHERE name = @Name", new { table.Name });

    public override void SetHighWater(MoveTable table, long number)
    {
        if (number > 0 && Connection.Execute("UPDATE sqlite_sequence SET seq = @Number WHERE name = @Name", new { Number = number, table.Name }) == 0)
            Connection.Execute("INSERT INTO sqlite_sequence (name, seq) VALUES (@Name, @Number)", new { table.Name, Number = number });
    }

    public override void Append(MoveTable table, IEnumerable<object?[]> rows, Action<int> committed)
    {
        using DbCommand insert = Connection.Inner.CreateCommand();
        insert.CommandText = $"INSERT INTO {table.Name} ({table.ColumnNames}) VALUES ({string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"))})";
        DbParameter[] parameters = [.. table.Columns.Select((_, i) => Add(insert, $"@p{i}"))];
        using IEnumerator<object?[]> next = rows.GetEnumerator();
        for (bool isMore = true; isMore;)
        {
            int count = 0;
            long length = 0;
            Connection.Execute("BEGIN IMMEDIATE");
            try
            {
                while (count < LargestBatch && length < LongestBatch && (isMore = next.MoveNext()))
                {
                    for (int i = 0; i < parameters.Length; i++)
                    {
                        parameters[i].Value = next.Current[i] ?? DBNull.Value;
                        length += (next.Current[i] as string)?.Length ?? 0;
                    }
                    insert.ExecuteNonQuery();
                    count++;
                }
                Connection.Execute("COMMIT");
            }
            catch
            {
                Connection.RollBack();
                throw;
            }
            committed(count);
        }
    }

    public override void Clear(MoveTable table)
    {
        List<Trigger> triggers = Connection.Query<Trigger>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = @Name", new { table.Name });
        Connection.Script("BEGIN IMMEDIATE; " + string.Concat(triggers.Select(trigger => $"DROP TRIGGER {trigger.Name}; ")) + $"DELETE FROM {table.Name}; "
            + string.Concat(triggers.Select(trigger => $"{trigger.Sql}; ")) + "COMMIT");
    }

    public override void Dispose()
    {
        closing?.Invoke();
        if (!isShared)
            base.Dispose();
    }

    private static DbParameter Add(DbCommand command, string name)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    private sealed class Trigger
    {
        public string Name { get; init; } = "";
        public string Sql { get; init; } = "";
    }
}
