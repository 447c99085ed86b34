using System.Text.Json;

namespace AgentCraft.Data.Projects;

/// <summary>A project that is to be made.</summary>
public sealed record NewProject
{
    /// <summary>Unique in the root.</summary>
    public required string Name { get; init; }
    /// <summary>Who makes it, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>Its directory.</summary>
    public string? Path { get; init; }
    /// <summary>What it is about.</summary>
    public string? Description { get; init; }
    /// <summary>The file with its prompt.</summary>
    public string? PromptPath { get; init; }
    /// <summary>Free form; budget (dollars) and maxIterations are limits.</summary>
    public JsonElement? Settings { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public NewProject Validated()
    {
        ProjectText.CheckName(Name);
        ProjectText.Check(Path, Description, PromptPath, Settings);
        return this;
    }
}

/// <summary>A project that was made.</summary>
public sealed record CreatedProject
{
    /// <summary>The project.</summary>
    public required Project Project { get; init; }
    /// <summary>True when an earlier call with the same idempotency key made it.</summary>
    public bool Replayed { get; init; }
}
