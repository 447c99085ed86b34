using System.Data.Common;
using AgentCraft.Data.Storage;
using Npgsql;
using NpgsqlTypes;

namespace AgentCraft.Data.Moves;

/// <summary>Rows of a schema of PostgreSQL: all of them, or one agent's in tables that agents share.</summary>
internal sealed class PostgresRows(Connection connection, PostgresPlace place) : PartRows(connection)
{
    // It belongs to the side, which has one for each schema.
    public override void Dispose()
    {
    }

    public override long HighWater(MoveTable table)
    {
        string sequence = Sequence(table);
        return Connection.First<long>($"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}");
    }

    /// <summary>Never back: agents share it.</summary>
    public override void SetHighWater(MoveTable table, long number)
    {
        if (number > 0)
            Connection.First<long>($"SELECT setval('{Sequence(table)}', GREATEST(@Number, (SELECT last_value FROM {Sequence(table)})))", new { Number = ToHere(number) });
    }

    public override void Append(MoveTable table, IEnumerable<object?[]> rows, Action<int> committed)
    {
        NpgsqlConnection connection = (NpgsqlConnection)Connection.Inner;
        using IEnumerator<object?[]> next = rows.GetEnumerator();
        for (bool isMore = true; isMore;)
        {
            int count = 0;
            long length = 0;
            using (NpgsqlBinaryImporter copy = connection.BeginBinaryImport($"COPY {table.Name} ({table.ColumnNames}) FROM STDIN (FORMAT BINARY)"))
            {
                while (count < LargestBatch && length < LongestBatch && (isMore = next.MoveNext()))
                {
                    copy.StartRow();
                    length += Write(copy, table, next.Current);
                    count++;
                }
                copy.Complete();
            }
            committed(count);
        }
    }

    public override void Clear(MoveTable table)
    {
        using DbCommand delete = Command($"DELETE FROM {table.Name} WHERE {Where(table)}", table, 0);
        Connection.Script($"BEGIN; ALTER TABLE {table.Name} DISABLE TRIGGER USER");
        delete.ExecuteNonQuery();
        Connection.Script($"ALTER TABLE {table.Name} ENABLE TRIGGER USER; COMMIT");
    }

    protected override string Where(MoveTable table) => place.Where(table);

    protected override IEnumerable<(string, object)> Parameters(MoveTable table) => place.Parameters(table);

    protected override long ToFile(long number) => number - place.Shift;

    protected override long ToHere(long number) => number + place.Shift;

    protected override object?[] FromHere(MoveTable table, object?[] row)
    {
        if (place.Owner is null)
            return row;
        for (int i = 0; i < row.Length; i++)
            if (table.Columns[i].IsNumber && row[i] is long number)
                row[i] = ToFile(number);
            else if (IsOwned(table, i))
                row[i] = ((string)row[i]!)[(place.Owner.Length + 1)..];
        return row;
    }

    private bool IsOwned(MoveTable table, int column) => place.Owner is not null && table.Name == MoveTable.Keys && table.Columns[column].Name == "agent_id";

    private int Write(NpgsqlBinaryImporter copy, MoveTable table, object?[] row)
    {
        int length = 0;
        for (int i = 0; i < row.Length; i++)
            switch (row[i])
            {
                case null:
                    copy.WriteNull();
                    break;
                case long number:
                    copy.Write(table.Columns[i].IsNumber ? ToHere(number) : number, NpgsqlDbType.Bigint);
                    break;
                case double number:
                    copy.Write(number, NpgsqlDbType.Double);
                    break;
                default:
                    string text = (string)row[i]!;
                    if (text.Contains('\0'))
                        throw MoveErrors.Nul(table, row, table.Columns[i]);
                    copy.Write(IsOwned(table, i) ? $"{place.Owner}/{text}" : text, NpgsqlDbType.Text);
                    length += text.Length;
                    break;
            }
        return length;
    }

    private string Sequence(MoveTable table) => Connection.First<string>("SELECT pg_get_serial_sequence(@Table, 'seq')", new { Table = table.Name })!;
}

/// <summary>Where a part's rows are in tables that agents share.</summary>
internal sealed record PostgresPlace
{
    /// <summary>The central tables, which nobody shares.</summary>
    public static PostgresPlace Central { get; } = new();

    /// <summary>The agent's name in lower case; null for central.</summary>
    public string? Owner { get; init; }

    /// <summary>The ids that the agent has had, where rows are known by those.</summary>
    public string[]? Ids { get; init; }

    /// <summary>What was added to the numbers that rows had in a file; they lie behind <see cref="From"/> and up to <see cref="To"/> here.</summary>
    public long Shift { get; init; }
    /// <inheritdoc cref="Shift"/>
    public long From { get; init; }
    /// <inheritdoc cref="Shift"/>
    public long To { get; init; }

    public string Where(MoveTable table) => Owner is null ? "TRUE" : Ids is null ? "seq > @From AND seq <= @To" : table.Name == MoveTable.Keys ? "starts_with(agent_id, @Owner)" : "agent_id = ANY(@Ids)";

    public IEnumerable<(string, object)> Parameters(MoveTable table) => Owner is null ? [] : Ids is null ? [("From", From), ("To", To)] : table.Name == MoveTable.Keys ? [("Owner", $"{Owner}/")] : [("Ids", Ids)];
}
