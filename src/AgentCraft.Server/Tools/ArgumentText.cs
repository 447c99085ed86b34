using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>What no argument may hold, however deep: text that no engine can keep, and an object that says two things under one name.</summary>
internal static class ArgumentText
{
    /// <summary>Walks the whole value.</summary>
    /// <param name="place">Its name, for the message.</param>
    /// <param name="value">The argument, or a part of it.</param>
    /// <exception cref="AgentCraftException"><c>invalid_text</c>, <c>invalid_argument</c></exception>
    public static void Check(string place, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                Text.Storable(Decoded(place, value), place);
                break;
            case JsonValueKind.Array:
                foreach ((int index, JsonElement item) in value.EnumerateArray().Index())
                    Check($"{place}[{index}]", item);
                break;
            case JsonValueKind.Object:
                CheckObject(place, value);
                break;
        }
    }

    private static void CheckObject(string place, JsonElement value)
    {
        HashSet<string> names = [];
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string name = Text.Storable(property.Name, $"A member's name in {place}")!;
            if (!names.Add(name))
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{place} has the member '{Text.Shown(name, 40)}' twice.", "Give each member once.");
            Check($"{place}.{Text.Shown(name, 40)}", property.Value);
        }
    }

    /// <summary>JSON can spell half of a surrogate pair, <c>"\ud83c"</c>, which no string can hold.</summary>
    private static string Decoded(string place, JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new AgentCraftException(ErrorCodes.InvalidText, $"{place} contains half of a surrogate pair.", "Send the text as valid UTF-8.");
        }
    }
}
