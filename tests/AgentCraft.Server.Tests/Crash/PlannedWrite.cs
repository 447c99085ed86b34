using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>One write of the storm: always the same call with the same key, however often it takes.</summary>
internal sealed record PlannedWrite(string Key, string Tool, object Arguments)
{
    private const int EachHandover = 50, EachMetric = 10, EachPair = 25, EachPublished = 4;

    /// <summary>Mostly messages to random agents, some of them to two; a tenth metrics; every fiftieth a hand-over.</summary>
    public static PlannedWrite Make(int number, string from, IReadOnlyList<string> agents, Random random)
    {
        string key = $"write-{number}";
        if (number % EachHandover == 0)
            return new(key, "create_handover", Handover(from, key, publish: number % (EachHandover * EachPublished) == 0));
        if (number % EachMetric == 1)
            return new(key, "record_metric", new { agent = from, name = "storm", value = number, idempotencyKey = key });
        string to = agents[random.Next(agents.Count)];
        string content = $"{key} {new string('x', random.Next(400))}";
        return number % EachPair == 2
            ? new(key, "log_message", new { from, to = agents.Where(a => a != to).Take(1).Append(to), content, idempotencyKey = key })
            : new(key, "log_message", new { from, to, content, idempotencyKey = key });
    }

    /// <summary>The ids that the answer acknowledges.</summary>
    public string[] Ids(ToolAnswer answer) => Tool switch
    {
        "log_message" => [.. answer.Get<MessageId[]>("messages").Select(message => message.Id)],
        "record_metric" => answer.Get<string[]>("ids"),
        _ => [answer.GetText("id")],
    };

    /// <summary>A hand-over that passes its rules.</summary>
    public static object Handover(string agent, string key, bool publish) => new
    {
        agent,
        title = key,
        publish,
        idempotencyKey = key,
        sections = new Dictionary<string, string>
        {
            ["Goal"] = $"Nothing of {key} may be lost.",
            ["Current state"] = "Servers are being killed.",
            ["Next steps"] = "- Count what is there.",
        },
    };

    private sealed record MessageId(string Id);
}
