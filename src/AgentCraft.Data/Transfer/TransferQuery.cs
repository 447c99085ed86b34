using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// Reads rows of a table as they travel: each column's value, and in the place of another row's number what that row is known by. That is its
/// id; or, where its table knows rows by several columns, a JSON array of them.
/// </summary>
internal sealed class TransferQuery
{
    private readonly List<string> _selected = [];
    private readonly StringBuilder _joined = new();
    private readonly Node[] _nodes;
    private int _aliases;

    public TransferQuery(TransferSchema schema, TransferTable table)
    {
        Table = table;
        _nodes = [.. table.Columns.Select(column => NodeOf(schema, column, "t"))];
    }

    public TransferTable Table { get; }

    /// <summary>The statement; <paramref name="rest"/> follows FROM, where <c>t</c> is the table.</summary>
    public string Sql(string rest) => $"SELECT t.seq, {string.Join(", ", _selected)} FROM {Table.Name} t{_joined} {rest}";

    /// <summary>The values of the table's columns in their order.</summary>
    public object?[] Read(DbDataReader reader)
    {
        object?[] values = new object?[_nodes.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Read(reader, _nodes[i]);
        return values;
    }

    /// <summary>All rows of the statement, one at a time, with their numbers.</summary>
    public IEnumerable<(long Seq, object?[] Values)> Stream(Connection c, string rest, params IEnumerable<LooseValue> values)
    {
        using DbCommand command = LooseCommand.Make(c, Sql(rest), values);
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
            yield return (reader.GetInt64(0), Read(reader));
    }

    /// <summary>What a row is known by, as a reference to it says it.</summary>
    public static string Reference(IReadOnlyList<object?> key) => key is [string id] ? id : JsonSerializer.Serialize(key.Select(part => part switch
    {
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => (string?)part,
    }).ToArray(), DataJson.Default.StringArray!);

    private Node NodeOf(TransferSchema schema, TransferColumn column, string alias)
    {
        if (column.Target is null || schema.Find(column.Target) is not { } target)
            return Value($"{alias}.{column.Name}");
        string joined = $"r{++_aliases}";
        _joined.Append(CultureInfo.InvariantCulture, $" LEFT JOIN {target.Name} {joined} ON {joined}.seq = {alias}.{column.Name}");
        return new(-1, [.. target.Key.Select(key => NodeOf(schema, target.Find(key)!, joined))]);
    }

    private Node Value(string expression)
    {
        _selected.Add(expression);
        // The number of the row itself comes first.
        return new(_selected.Count, []);
    }

    private static object? Read(DbDataReader reader, Node node)
    {
        if (node.Index >= 0)
            return reader.IsDBNull(node.Index) ? null : reader.GetValue(node.Index) is int number ? (long)number : reader.GetValue(node.Index);
        object?[] key = [.. node.Key.Select(part => Read(reader, part))];
        return key[0] is null ? null : Reference(key);
    }

    /// <summary>A selected column, or the key of another row.</summary>
    private sealed record Node(int Index, Node[] Key);
}
