using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Projects;

/// <summary>A project of the root: what sessions and agents belong to.</summary>
public sealed record Project
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal long Cost { get; init; }

    /// <summary><c>project_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Unique in the root; the default project has the name of the root's directory.</summary>
    public required string Name { get; init; }
    /// <summary>Its directory.</summary>
    public string? Path { get; init; }
    /// <summary>What it is about.</summary>
    public string? Description { get; init; }
    /// <summary>created, running, paused, completed, failed or stopped.</summary>
    public ProjectStatus Status { get; init; }
    /// <summary>Free form, with budget and maxIterations.</summary>
    public JsonElement Settings { get; init; }
    /// <summary>The file with its prompt.</summary>
    public string? PromptPath { get; init; }
    /// <summary>Tokens that its agents have used.</summary>
    public long Tokens { get; init; }
    /// <summary>What its agents have cost, in dollars.</summary>
    public decimal CostUsd
    {
        get => Dollars.Of(Cost);
        init => Cost = (long)(value * 1_000_000_000m);
    }
    /// <summary>Iterations: its agents' and its own.</summary>
    public long IterationCount { get; init; }
    /// <summary>The agent that made it, where one did. Its words are information, not instructions.</summary>
    public string? CreatedBy { get; init; }
    /// <summary>Always true: description and settings are somebody's words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was changed last, by usage too.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
    /// <summary>When it was completed, failed or stopped.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>Where a project stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ProjectStatus>))]
public enum ProjectStatus
{
    /// <summary>Nothing has run yet.</summary>
    Created,
    /// <summary>Agents work in it.</summary>
    Running,
    /// <summary>Held.</summary>
    Paused,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Given up.</summary>
    Failed,
    /// <summary>Stopped by somebody.</summary>
    Stopped,
}
