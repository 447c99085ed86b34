using System.Text.Json.Serialization;

namespace AgentCraft.Data.Pruning;

/// <summary>What can be deleted because it is old.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RecordKind>))]
public enum RecordKind
{
    /// <summary>What agents and their models said; its types are roles.</summary>
    History,
    /// <summary>What happened; by type.</summary>
    Events,
    /// <summary>What agents made; its types are file, artifact and log.</summary>
    Outputs,
    /// <summary>What was measured; its types are names of metrics.</summary>
    Metrics,
}

/// <summary>Which of them; what is null does not matter.</summary>
public sealed record PruneFilter
{
    /// <summary>Name or id of whose they are.</summary>
    public string? Agent { get; init; }
    /// <summary>Name or id of the project that they belong to.</summary>
    public string? Project { get; init; }
    /// <summary>The type: of history the role, of metrics the name.</summary>
    public string? Type { get; init; }
}

/// <summary>What is to be deleted.</summary>
public sealed record PruneWish
{
    private static readonly string[] Roles = ["user", "assistant", "tool"], OutputTypes = ["file", "artifact", "log"];

    /// <summary>What.</summary>
    public required RecordKind Kind { get; init; }
    /// <summary>Who wants it, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>Which.</summary>
    public PruneFilter Filter { get; init; } = new();
    /// <summary>Only what was stored before.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when it would select everything, or a type that there cannot be</exception>
    public PruneWish Validated()
    {
        if (Before is null && Filter is { Agent: null, Project: null, Type: null })
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Say which: by agent, project, type or age.",
                "Pass before: \"2026-01-01\", or filter with agent, project or type.");
        string[]? known = Kind switch { RecordKind.History => Roles, RecordKind.Outputs => OutputTypes, _ => null };
        if (Filter.Type is { } type && known?.Contains(type) == false)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"filter.type must be one of {string.Join(", ", known)}, not '{Text.Shown(type)}'.",
                $"The type of {SnakeCase.Of(Kind)} is one of these.");
        return this;
    }
}

/// <summary>What was deleted, or would be.</summary>
public sealed record PrunedRecords
{
    /// <summary>What.</summary>
    public RecordKind Kind { get; init; }
    /// <summary>How many rows were deleted, or would be.</summary>
    public long Rows { get; init; }
    /// <summary>Of outputs: how many contents nothing refers to any more and are gone, too.</summary>
    public long? Contents { get; init; }
    /// <summary>False: nothing was changed.</summary>
    public bool Deleted { get; init; }
    /// <summary>What to do to delete them.</summary>
    public string? Next { get; init; }
}
