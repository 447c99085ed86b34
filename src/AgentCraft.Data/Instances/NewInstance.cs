using System.Text.Json;
using AgentCraft.Data.Agents;

namespace AgentCraft.Data.Instances;

/// <summary>An instance that is to be made.</summary>
public sealed record NewInstance
{
    internal const int LongestText = 4096;
    private const int LongestLaunchMode = 64;

    /// <summary>Its name, and the agent's.</summary>
    public required string Name { get; init; }
    /// <summary>What to make it from, by name.</summary>
    public required string Template { get; init; }
    /// <summary>Who wants it, by name or id.</summary>
    public required string By { get; init; }
    /// <summary>The agent that it will work for, by name or id.</summary>
    public string? Parent { get; init; }
    /// <summary>How it is started; the template's when null.</summary>
    public string? LaunchMode { get; init; }
    /// <summary>The agent's configuration; free form, never a secret.</summary>
    public JsonElement? Config { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>secret_refused</c></exception>
    public NewInstance Validated()
    {
        AgentName name = AgentName.Parse(Name);
        Text.Storable(Template, "template");
        if (Text.Within(LaunchMode, "launchMode", LongestLaunchMode, "Use a word or two, such as 'manual' or 'background'.") is { } mode && string.IsNullOrWhiteSpace(mode))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "launchMode is empty.", "Leave it out for the template's.");
        new NewAgent { Name = name, Parent = Parent, Config = Config }.Validated();
        FreeForm.RefuseSecret(LaunchMode, "launchMode");
        return this;
    }
}

/// <summary>A step of an instance, or news of it in the state that it is in.</summary>
public sealed record InstanceChange
{
    /// <summary>Which one, by name.</summary>
    public required string Name { get; init; }
    /// <summary>Where to.</summary>
    public required InstanceState To { get; init; }
    /// <summary>Whose doing, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>Its process.</summary>
    public int? Pid { get; init; }
    /// <summary>Where it listens.</summary>
    public int? Port { get; init; }
    /// <summary>How it is.</summary>
    public string? Health { get; init; }
    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public InstanceChange Validated()
    {
        AgentName.Parse(Name);
        if (Pid is <= 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "pid must be a positive number.", "Leave it out when there is no process.");
        if (Port is < 1 or > 65535)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "port must be between 1 and 65535.", "Leave it out when there is none.");
        foreach ((string what, string? text) in new[] { ("health", Health), ("reason", Reason) })
        {
            Text.Within(text, what, NewInstance.LongestText, "Say it in a sentence or two.");
            if (text is not null && string.IsNullOrWhiteSpace(text))
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{what} is empty.", "Leave it out.");
            FreeForm.RefuseSecret(text, what);
        }
        return this;
    }
}
