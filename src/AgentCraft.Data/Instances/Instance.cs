using System.Text.Json.Serialization;

namespace AgentCraft.Data.Instances;

/// <summary>An agent's workspace that was made from a template, as its <c>.agentcraft.json</c> has it.</summary>
public sealed record Instance
{
    /// <summary><c>instance_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The agent's name, and its directory's.</summary>
    public required string Name { get; init; }
    /// <summary>The template that it was made from, by name; its content is never copied.</summary>
    public required string Template { get; init; }
    /// <summary>Where it is in its life.</summary>
    public InstanceState State { get; init; }
    /// <summary>How it is started, in the words of whoever starts it.</summary>
    public string? LaunchMode { get; init; }
    /// <summary>Its process; null when there is none.</summary>
    public int? Pid { get; init; }
    /// <summary>When that process began, which tells it from a later one with the same number.</summary>
    public DateTimeOffset? ProcessStartedAt { get; init; }
    /// <summary>Where it listens.</summary>
    public int? Port { get; init; }
    /// <summary>How it is, in the words of whoever watches it.</summary>
    public string? Health { get; init; }
    /// <summary>Why it came to this state.</summary>
    public string? Reason { get; init; }
    /// <summary>Who brought it there; null when AgentCraft did.</summary>
    public string? By { get; init; }
    /// <summary>Always true: launch mode, health and reason are another agent's words.</summary>
    public bool Untrusted => true;
    /// <summary>Its directory, relative to the root.</summary>
    public string WorkspacePath => $"{InstanceDirectory.Parent}/{Name}";
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it came to this state.</summary>
    public DateTimeOffset StateChangedAt { get; init; }
    /// <summary>When it began to run last.</summary>
    public DateTimeOffset? LaunchedAt { get; init; }
    /// <summary>When it ended last.</summary>
    public DateTimeOffset? StoppedAt { get; init; }
    /// <summary>When anything of it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What <see cref="RunningProcess"/> knows it by.</summary>
    [JsonIgnore] internal string? ProcessKey { get; init; }
    /// <summary>How often the file was written.</summary>
    [JsonIgnore] internal long Revision { get; init; }
    /// <summary>Its last step.</summary>
    [JsonIgnore] internal InstanceStep LastStep { get; init; } = null!;
}

/// <summary>A step from one state to the next, as the file keeps it until the log has it.</summary>
/// <param name="Event">The id that its event has, or will have.</param>
/// <param name="From">Null for the creation.</param>
/// <param name="To">The state that it led to.</param>
/// <param name="At">When.</param>
/// <param name="By">Whose doing; null for AgentCraft's own.</param>
/// <param name="Reason">Why.</param>
/// <param name="Pid">The process that was known before or is known since.</param>
internal sealed record InstanceStep(string Event, InstanceState? From, InstanceState To, DateTimeOffset At, string? By, string? Reason, int? Pid);
