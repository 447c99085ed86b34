using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentCraft.Server.Cli;

/// <summary>What happened in the demo, told as it happens and kept for <c>--json</c>.</summary>
internal sealed class DemoStory(TextWriter output)
{
    private readonly JsonArray _steps = [];

    /// <summary>Everything that was checked held.</summary>
    public bool IsGood { get; private set; } = true;

    public void Begin(string root, params DemoAgent[] agents)
    {
        output.WriteLine($"A project in {root}. Two agents, connected to two servers on the same files:");
        output.WriteLine($"  {string.Join("; ", agents.Select(a => $"{a.Name} {a.Connection}"))}");
        output.WriteLine();
    }

    public void Say(DemoAgent who, string what)
    {
        _steps.Add(new JsonObject { ["agent"] = who.Name, ["step"] = what });
        output.WriteLine($"  {who.Name,-10} {what}");
    }

    public void Check(string what, bool holds)
    {
        IsGood &= holds;
        _steps.Add(new JsonObject { ["check"] = what, ["holds"] = holds });
        if (!holds)
            output.WriteLine($"  NOT SO: {what}");
    }

    public void Fail(string why) => Check($"the demo could go on: {why}", holds: false);

    public string ToJson() => new JsonObject { ["good"] = IsGood, ["steps"] = _steps.DeepClone() }
        .ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = new Data.PlainJsonEncoder() });
}

/// <summary>Short ways into an answer: <c>Get("messages.0.id")</c>.</summary>
internal static class AnswerPaths
{
    public static string Get(this JsonElement answer, string path) => Find(answer, path) is { } found ? found.ToString() : "";

    /// <summary>The items of a list, or one member of each.</summary>
    public static IReadOnlyList<string> List(this JsonElement answer, string path, string? member = null) =>
        Find(answer, path) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(item => member is null ? item.ToString() : item.Get(member))]
            : [];

    private static JsonElement? Find(JsonElement answer, string path)
    {
        foreach (string step in path.Split('.'))
            if (answer.ValueKind == JsonValueKind.Array && int.TryParse(step, out int index) && index < answer.GetArrayLength())
                answer = answer[index];
            else if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty(step, out answer))
                return null;
        return answer;
    }
}
