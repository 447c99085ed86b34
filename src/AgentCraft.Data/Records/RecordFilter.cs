using System.Globalization;
using System.Text.Json;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Records;

/// <summary>
/// Conditions on a table's columns, from an object such as <c>{"severity": "major", "line": {"gte": 10}, "suggestion": null}</c>; all of
/// them must hold.
/// </summary>
internal sealed class RecordFilter
{
    private const int MostConditions = 20;
    private const int MostListed = 100;

    private static readonly Dictionary<string, string> Comparisons = new() { ["eq"] = "=", ["lt"] = "<", ["lte"] = "<=", ["gt"] = ">", ["gte"] = ">=" };
    private static readonly string[] Operators = ["eq", "ne", "lt", "lte", "gt", "gte", "like", "contains", "in", "isNull"];

    private readonly List<string> _conditions = [];
    private readonly List<LooseValue> _values = [];

    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public RecordFilter(TableDefinition table, JsonElement? where)
    {
        foreach (JsonProperty condition in where?.EnumerateObject().ToArray() ?? [])
            Add(table, condition);
        if (_conditions.Count > MostConditions)
            throw RecordValue.Invalid("where", $"has {_conditions.Count} conditions; the most is {MostConditions}");
    }

    /// <summary>Each begins with AND.</summary>
    public string Sql => string.Concat(_conditions.Select(condition => $" AND {condition}"));

    /// <summary>Their values.</summary>
    public IReadOnlyList<LooseValue> Values => _values;

    private void Add(TableDefinition table, JsonProperty condition)
    {
        string place = $"where.{Text.Shown(condition.Name, 40)}";
        if (table.Find(condition.Name) is not { } column || column.Name == "agent_id")
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{place} is no column of {table.Name}.",
                $"{Text.DidYouMean(condition.Name, table.Choices)}describe_records shows the columns.");
        if (condition.Value.ValueKind != JsonValueKind.Object)
        {
            Add(column, condition.Value.ValueKind == JsonValueKind.Null ? "isNull" : "eq", condition.Value.ValueKind == JsonValueKind.Null ? JsonElement.Parse("true") : condition.Value, place);
            return;
        }
        foreach (JsonProperty part in condition.Value.EnumerateObject())
            Add(column, part.Name, part.Value, $"{place}.{Text.Shown(part.Name, 20)}");
    }

    private void Add(ColumnDefinition column, string name, JsonElement value, string place)
    {
        if (!Operators.Contains(name))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{place} is no comparison.", $"There are: {string.Join(", ", Operators)}; for example {{\"line\": {{\"gte\": 10}}}}.");
        if (column.Kind == ColumnKind.Json && name is not ("contains" or "like" or "isNull"))
            throw RecordValue.Invalid(place, "cannot be asked of JSON, only contains, like and isNull");
        _conditions.Add(name switch
        {
            "isNull" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? $"{column.Name} IS {(value.GetBoolean() ? "" : "NOT ")}NULL" : throw RecordValue.Invalid(place, "must be true or false"),
            "like" => Like(column, TextOf(column, value, place)),
            "contains" => Like(column, $"%{TextOf(column, value, place).Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_")}%"),
            "in" => $"{column.Name} IN ({string.Join(", ", List(value, place).Select((item, i) => Bind(column, item, $"{place}[{i}]")))})",
            "ne" => $"({column.Name} IS NULL OR {column.Name} <> {Bind(column, value, place)})",
            _ => $"{column.Name} {Comparisons[name]} {Bind(column, value, place)}",
        });
    }

    private string Like(ColumnDefinition column, string pattern) => $"lower({column.Name}) LIKE lower({Bind(pattern, typeof(string))}) ESCAPE '\\'";

    private string Bind(ColumnDefinition column, JsonElement value, string place) =>
        // What no row can have is no fault in a question.
        Bind(RecordValue.Of(column with { Values = [], NotNull = true }, value, place), RecordValue.TypeOf(column));

    private string Bind(object? value, Type type)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"p{_values.Count}");
        _values.Add(new(name, value, type));
        return "@" + name;
    }

    private static string TextOf(ColumnDefinition column, JsonElement value, string place)
    {
        if (RecordValue.TypeOf(column) != typeof(string) || value.ValueKind != JsonValueKind.String)
            throw RecordValue.Invalid(place, "must be a text, and asked of text");
        string text = Text.Within(value.GetString(), place, 4096, "Look for less.")!;
        // A pattern that ends in the escape would be an error on one engine.
        return text.Length > 0 && TrailingEscapes(text) % 2 == 1 ? text + "\\" : text;
    }

    private static int TrailingEscapes(string text) => text.Length - text.TrimEnd('\\').Length;

    private static List<JsonElement> List(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MostListed
            ? [.. value.EnumerateArray()]
            : throw RecordValue.Invalid(place, $"must be a list of 1 to {MostListed} values");
}
