using System.Text.Json;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Records;

/// <summary>A client's JSON value as a column takes it.</summary>
internal static class RecordValue
{
    private const int LargestText = 1024 * 1024;

    /// <summary>What is stored: a string, a long, a double, or null.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value.</param>
    /// <param name="place">Its name, for the message.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public static object? Of(ColumnDefinition column, JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return column.NotNull ? throw Invalid(place, "cannot be null") : null;
        object stored = column.Kind switch
        {
            ColumnKind.Integer => Whole(value, place),
            ColumnKind.Real => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Invalid(place, "must be a number"),
            ColumnKind.Json => Json(column, value, place),
            ColumnKind.Time => Times.ToText(TimeRange.ParseTime(String(value, place), place)!.Value),
            _ => Text.Within(String(value, place), place, LargestText, "Keep large text in an output and name its path here.")!,
        };
        if (column.Values.Count > 0 && !column.Values.Contains(stored as string))
            throw Invalid(place, $"must be one of {string.Join(", ", column.Values)}");
        return stored;
    }

    /// <summary>The type of what is stored.</summary>
    public static Type TypeOf(ColumnDefinition column) => column.Kind switch
    {
        ColumnKind.Integer => typeof(long),
        ColumnKind.Real => typeof(double),
        _ => typeof(string),
    };

    public static AgentCraftException Invalid(string place, string fault) => new(ErrorCodes.InvalidArgument, $"{place} {fault}.", "describe_records shows what each column takes.");

    private static long Whole(JsonElement value, string place) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number when value.TryGetInt64(out long number) => number,
        _ => throw Invalid(place, "must be a whole number, true or false"),
    };

    private static string String(JsonElement value, string place) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Invalid(place, "must be a text");

    private static string Json(ColumnDefinition column, JsonElement value, string place)
    {
        if (value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) || (column.Default == "[]" && value.ValueKind != JsonValueKind.Array))
            throw Invalid(place, column.Default == "[]" ? "must be a JSON list" : "must be a JSON object or list");
        FreeForm.CheckAny(value, place);
        return value.GetRawText();
    }
}
