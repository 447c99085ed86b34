using System.Text;
using System.Text.Json;

namespace AgentCraft.Data.History;

/// <summary>What of an entry is searched: its content and every text in its tool calls and results, without the names of members.</summary>
internal static class HistoryText
{
    /// <summary>One below the other.</summary>
    public static string Of(HistoryRow row)
    {
        if (row.ToolCalls is null && row.ToolResults is null)
            return row.Content;
        StringBuilder text = new(row.Content);
        foreach (string? json in new[] { row.ToolCalls, row.ToolResults })
            if (json is not null)
                Append(text, JsonElement.Parse(json));
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                text.Append(text.Length > 0 ? "\n" : "").Append(value.GetString());
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                    Append(text, item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                    Append(text, member.Value);
                break;
        }
    }
}
