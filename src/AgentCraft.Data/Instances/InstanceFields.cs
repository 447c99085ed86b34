using System.Globalization;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;

namespace AgentCraft.Data.Instances;

/// <summary>The members of <c>.agentcraft.json</c>, in the order in which a person reads them.</summary>
internal static class InstanceFields
{
    private const int LongestWord = 200;

    /// <exception cref="FormatException">One is missing, or is not what it should be.</exception>
    public static Instance Read(JsonObject fields)
    {
        DateTimeOffset created = Required(Time(fields, "createdAt"), "createdAt"), changed = Time(fields, "stateChangedAt") ?? created;
        InstanceState state = Required(State(fields, "state"), "state");
        string name = Required(Text(fields, "name"), "name"), id = Required(Word(fields, "id"), "id");
        return new()
        {
            Id = id,
            Name = Checked(() => AgentName.Parse(name).Value),
            Template = Required(Word(fields, "templateRef"), "templateRef"),
            State = state,
            LaunchMode = Text(fields, "launchMode"),
            Pid = Number(fields, "pid") is { } pid ? Within(pid, 1, int.MaxValue, "pid") : null,
            ProcessStartedAt = Time(fields, "processStartedAt"),
            ProcessKey = Text(fields, "processKey"),
            Port = Number(fields, "port") is { } port ? Within(port, 1, 65535, "port") : null,
            Health = Text(fields, "health"),
            Reason = Text(fields, "reason"),
            By = Text(fields, "by"),
            CreatedAt = created,
            StateChangedAt = changed,
            LaunchedAt = Time(fields, "launchedAt"),
            StoppedAt = Time(fields, "stoppedAt"),
            UpdatedAt = Time(fields, "updatedAt") ?? changed,
            Revision = Number(fields, "revision") is { } revision ? Within(revision, 0, int.MaxValue, "revision") : 0,
            LastStep = fields["lastStep"] is null ? new($"event_{id}", null, state, changed, null, null, null)
                : Step(fields["lastStep"] as JsonObject ?? throw new FormatException("lastStep is no object")),
        };
    }

    /// <summary>Sets those that the instance has and takes away those that it has not; others stay.</summary>
    public static void Write(JsonObject fields, Instance instance)
    {
        fields["version"] ??= InstanceFile.Version;
        Set(fields, "id", instance.Id);
        Set(fields, "name", instance.Name);
        Set(fields, "templateRef", instance.Template);
        Set(fields, "state", instance.State.ToString());
        Set(fields, "launchMode", instance.LaunchMode);
        Set(fields, "pid", instance.Pid);
        Set(fields, "processStartedAt", Text(instance.ProcessStartedAt));
        Set(fields, "processKey", instance.ProcessKey);
        Set(fields, "port", instance.Port);
        Set(fields, "health", instance.Health);
        Set(fields, "reason", instance.Reason);
        Set(fields, "by", instance.By);
        Set(fields, "createdAt", Text(instance.CreatedAt));
        Set(fields, "stateChangedAt", Text(instance.StateChangedAt));
        Set(fields, "launchedAt", Text(instance.LaunchedAt));
        Set(fields, "stoppedAt", Text(instance.StoppedAt));
        Set(fields, "updatedAt", Text(instance.UpdatedAt));
        Set(fields, "revision", instance.Revision);
        Set(fields, "lastStep", Node(instance.LastStep));
    }

    private static JsonObject Node(InstanceStep step)
    {
        JsonObject node = [];
        Set(node, "event", step.Event);
        Set(node, "from", step.From?.ToString());
        Set(node, "to", step.To.ToString());
        Set(node, "at", Text(step.At));
        Set(node, "by", step.By);
        Set(node, "reason", step.Reason);
        Set(node, "pid", step.Pid);
        return node;
    }

    private static InstanceStep Step(JsonObject node) => new(
        Required(Word(node, "event"), "lastStep.event"), State(node, "from"), Required(State(node, "to"), "lastStep.to"), Required(Time(node, "at"), "lastStep.at"),
        Text(node, "by"), Text(node, "reason"), (int?)Number(node, "pid"));

    private static void Set(JsonObject fields, string name, JsonNode? value)
    {
        if (value is null)
            fields.Remove(name);
        else
            fields[name] = value;
    }

    private static string? Text(DateTimeOffset? time) => time is { } known ? Times.ToText(known) : null;

    private static T Required<T>(T? value, string name) where T : class => value ?? throw new FormatException($"{name} is missing");

    private static T Required<T>(T? value, string name) where T : struct => value ?? throw new FormatException($"{name} is missing");

    /// <summary>What an index takes: no client can make a longer one, but anybody can write a file.</summary>
    private static string? Word(JsonObject fields, string name) => Text(fields, name) is not { } text ? null : text.Length <= LongestWord ? text : throw new FormatException($"{name} has {text.Length:N0} characters");

    private static string? Text(JsonObject fields, string name) => fields[name] is not { } node ? null
        : node is JsonValue value && value.TryGetValue(out string? text) && text.Length is > 0 and <= NewInstance.LongestText ? Checked(() => AgentCraft.Data.Text.Storable(text, name)!)
        : throw new FormatException($"{name} is no text that it could be");

    private static long? Number(JsonObject fields, string name) => fields[name] is not { } node ? null
        : node is JsonValue value && value.TryGetValue(out long number) ? number : throw new FormatException($"{name} is no whole number");

    private static int Within(long value, int least, int most, string name) =>
        value >= least && value <= most ? (int)value : throw new FormatException($"{name} is not between {least} and {most}");

    private static InstanceState? State(JsonObject fields, string name) => Text(fields, name) is not { } text ? null
        : Enum.TryParse(text, out InstanceState state) && Enum.IsDefined(state) && state.ToString() == text ? state : throw new FormatException($"there is no state '{AgentCraft.Data.Text.Shown(text)}'");

    private static DateTimeOffset? Time(JsonObject fields, string name) => Text(fields, name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time : throw new FormatException($"{name} is no time");

    private static string Checked(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (AgentCraftException refused)
        {
            throw new FormatException(refused.Message);
        }
    }
}
