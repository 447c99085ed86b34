using System.Text.Json;

namespace AgentCraft.Data.Transfer;

/// <summary>Values as a file has them: nobody knows who wrote it.</summary>
internal static class ImportValue
{
    private const int LongestReference = 2000;

    /// <summary>The value for a column.</summary>
    /// <exception cref="AgentCraftException">What is wrong with it.</exception>
    public static object? Read(TransferColumn column, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return column.IsNullable || (column.Target is not null && column.HasDefault) ? null : throw Fault("it must have a value");
        if (column.Target is not null)
            return Reference(value);
        if (column.Type == typeof(long))
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long whole) ? whole : throw Fault("it must be a whole number");
        if (column.Type == typeof(double))
            return value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble() : throw Fault("it must be a number");
        return value.ValueKind == JsonValueKind.String ? Text(column, value.GetString()!) : throw Fault("it must be text");
    }

    /// <summary>What the row as a whole must be.</summary>
    /// <exception cref="AgentCraftException">What is wrong with it.</exception>
    public static void Check(ImportedRow row)
    {
        for (int i = 0; i < row.Given.Length; i++)
            if (row.Table.Columns[i] is var column && !row.Given[i] && !column.IsNullable && !column.HasDefault)
                throw Fault($"{column.Name} is missing");
        foreach (string key in row.Table.Key)
            if (row[key] is null or "")
                throw Fault($"{key} is missing");
        if (row["id"] is string id && (id.Length > 200 || id.StartsWith('[') || id.Any(char.IsControl)))
            throw Fault("its id is none that AgentCraft makes");
        if (row.Section is { } section && row.Table.Name != TransferRules.Keys && row[TransferRules.Owner] as string != section.AgentId)
            throw Fault($"it says that it is another agent's than the part in which it stands");
        TransferRules.Check(row.Table.Name, column => row[column] as string);
    }

    private static string Reference(JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array when value.GetArrayLength() is > 1 and < 10 && value.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String) =>
                TransferQuery.Reference([.. value.EnumerateArray().Select(part => part.GetString())]),
            _ => throw Fault("it must name another row"),
        };
        Data.Text.Storable(text, "it");
        return text.Length is > 0 and <= LongestReference && (value.ValueKind == JsonValueKind.Array || text[0] != '[') ? text : throw Fault("it must name another row");
    }

    private static string Text(TransferColumn column, string text)
    {
        Data.Text.Storable(text, "it");
        if (column.Values.Count > 0 && !column.Values.Contains(text))
            throw Fault($"it must be one of {string.Join(", ", column.Values)}");
        if (column.IsTime && !Times.IsStored(text))
            throw Fault("it must be a time such as 2026-11-21T09:30:00.000Z");
        return column.Json is not { } shape || TransferRules.IsJson(text, shape) ? text
            : throw Fault($"it must be text that is {(shape == JsonShape.Any ? "JSON" : shape == JsonShape.Object ? "an object of JSON" : "a list of JSON")}");
    }

    private static AgentCraftException Fault(string fault) => new(ErrorCodes.InvalidArgument, fault);
}
