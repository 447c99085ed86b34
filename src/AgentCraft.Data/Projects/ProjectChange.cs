using System.Text.Json;

namespace AgentCraft.Data.Projects;

/// <summary>What is to change of a project. What is null stays; an empty text clears.</summary>
public sealed record ProjectChange
{
    /// <summary>Which, by name or id; null for the root's own.</summary>
    public string? Project { get; init; }
    /// <summary>Who says so, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>A new name.</summary>
    public string? Name { get; init; }
    /// <summary>Its directory.</summary>
    public string? Path { get; init; }
    /// <summary>What it is about.</summary>
    public string? Description { get; init; }
    /// <summary>The file with its prompt.</summary>
    public string? PromptPath { get; init; }
    /// <summary>Where it stands now.</summary>
    public ProjectStatus? Status { get; init; }
    /// <summary>Takes the place of all its settings.</summary>
    public JsonElement? Settings { get; init; }
    /// <summary>Iterations of its own, besides its agents'.</summary>
    public int AddIterations { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public ProjectChange Validated()
    {
        if (Name is not null)
            ProjectText.CheckName(Name);
        ProjectText.Check(Path, Description, PromptPath, Settings);
        if (AddIterations < 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "addIterations cannot be negative.", "Iterations only add up.");
        return this;
    }

    /// <summary>The members that would become different, by their names on the wire.</summary>
    internal IEnumerable<string> Differences(Project known) => new (string Member, bool Differs)[]
    {
        ("name", Name is not null && Name != known.Name),
        ("path", Differs(Path, known.Path)),
        ("description", Differs(Description, known.Description)),
        ("promptPath", Differs(PromptPath, known.PromptPath)),
        ("status", Status is not null && Status != known.Status),
        ("settings", Settings is { } settings && settings.GetRawText() != known.Settings.GetRawText()),
        ("iterationCount", AddIterations > 0),
    }.Where(member => member.Differs).Select(member => member.Member);

    private static bool Differs(string? given, string? known) => given is not null && given != (known ?? "");
}

/// <summary>What changing did.</summary>
public sealed record ChangedProject
{
    /// <summary>The project as it is now.</summary>
    public required Project Project { get; init; }
    /// <summary>The members that changed; empty when it was so already.</summary>
    public required IReadOnlyList<string> Changed { get; init; }
    /// <summary>The limits that this went over, by more iterations or a lower limit: budget, maxIterations. Each is an event.</summary>
    public required IReadOnlyList<string> Crossed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key made the change.</summary>
    public bool Replayed { get; init; }
}
