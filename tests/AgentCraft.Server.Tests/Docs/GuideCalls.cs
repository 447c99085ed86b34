using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>The calls of tools that a page shows, made for real, and their answers held against those that it shows.</summary>
/// <param name="start">Calls a tool; returns its answer once there is one.</param>
internal sealed class GuideCalls(Func<string, JsonNode, Task<Task<ToolAnswer>>> start)
{
    private readonly List<string> _seen = [];
    private Task<ToolAnswer>? _waiting;

    /// <summary>Makes the calls of a block: each may have the answer behind it; that of a wait may come later.</summary>
    public async Task Run(string text)
    {
        ToolAnswer? answer = null;
        foreach (JsonElement value in Values(text))
        {
            if (value.TryGetProperty("name", out JsonElement name) && value.TryGetProperty("arguments", out JsonElement arguments))
            {
                Demand(answer);
                (answer, string tool) = (null, name.GetString()!);
                Task<ToolAnswer> call = await start(tool, Filled(JsonNode.Parse(arguments.GetRawText())!));
                if (tool.StartsWith("wait_for", StringComparison.Ordinal))
                    _waiting = call;
                else
                    Remember((answer = await call).Structured);
                continue;
            }
            if (answer is null && _waiting is not null)
            {
                answer = await _waiting;
                Remember(answer.Structured);
                _waiting = null;
            }
            Hold(value, answer ?? throw new GuideException($"There is no call before the answer {value}."));
            answer = null;
        }
        Demand(answer);
    }

    /// <summary>Every wait has come back.</summary>
    public void End()
    {
        if (_waiting is not null)
            throw new GuideException("A wait has no answer in the page.");
    }

    private static void Demand(ToolAnswer? answer)
    {
        if (answer is { IsError: true })
            throw new GuideException($"{answer.Tool} failed: {answer.Text}");
    }

    private static void Hold(JsonElement expected, ToolAnswer answer)
    {
        JsonElement actual = answer.IsError ? JsonElement.Parse(answer.Text) : answer.Structured ?? JsonElement.Parse(answer.Text);
        if (answer.IsError != expected.TryGetProperty("code", out _) || !Holds(expected, actual))
            throw new GuideException($"{answer.Tool} answered\n{actual}\nand the page has\n{expected}");
    }

    private static bool Holds(JsonElement expected, JsonElement actual) => expected.ValueKind == actual.ValueKind && expected.ValueKind switch
    {
        JsonValueKind.Object => expected.EnumerateObject().All(field => actual.TryGetProperty(field.Name, out JsonElement value) && Holds(field.Value, value)),
        JsonValueKind.Array => expected.EnumerateArray().All(item => actual.EnumerateArray().Any(other => Holds(item, other))),
        JsonValueKind.String => GuideText.Holds(expected.GetString()!, actual.GetString()!),
        _ => JsonElement.DeepEquals(expected, actual),
    };

    /// <summary><c>msg_…</c> is the newest id of that kind that an answer had.</summary>
    private JsonNode Filled(JsonNode node)
    {
        if (node is JsonObject fields)
            return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Filled(field.Value!))));
        if (node is JsonArray items)
            return new JsonArray([.. items.Select(item => Filled(item!))]);
        if (node.GetValueKind() != JsonValueKind.String || node.GetValue<string>() is not [.. var prefix, '…'])
            return node.DeepClone();
        return _seen.FindLast(text => text.StartsWith(prefix, StringComparison.Ordinal)) ?? throw new GuideException($"No answer before had a {prefix}….");
    }

    private void Remember(JsonElement? value)
    {
        if (value is { ValueKind: JsonValueKind.String } text)
            _seen.Add(text.GetString()!);
        else if (value is { ValueKind: JsonValueKind.Object } fields)
            foreach (JsonProperty field in fields.EnumerateObject())
                Remember(field.Value);
        else if (value is { ValueKind: JsonValueKind.Array } items)
            foreach (JsonElement item in items.EnumerateArray())
                Remember(item);
    }

    private static List<JsonElement> Values(string text)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        List<JsonElement> values = [];
        while (reader.Read())
            values.Add(JsonElement.ParseValue(ref reader));
        return values;
    }
}

/// <summary>Text of a page in which … stands for anything.</summary>
internal static class GuideText
{
    public static bool Holds(string expected, string actual) =>
        Regex.IsMatch(actual, $"^{string.Join(".*", expected.Split('…').Select(piece => Regex.Replace(Regex.Escape(piece), @"(\\ )+", " +")))}$", RegexOptions.Singleline);
}
