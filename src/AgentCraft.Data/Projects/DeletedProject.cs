namespace AgentCraft.Data.Projects;

/// <summary>What deleting a project removed, or would remove.</summary>
public sealed record DeletedProject
{
    /// <summary>The project's name: what confirms its deletion.</summary>
    public required string Project { get; init; }
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>True when it is gone; false when nothing was changed, for want of the confirmation.</summary>
    public bool Deleted { get; init; }
    /// <summary>How many rows of what, those that there are: <c>agents</c>, <c>messages</c>; with <c>agent.</c> before it what lies in the agents' own files.</summary>
    public required IReadOnlyDictionary<string, long> Removes { get; init; }
    /// <summary>How many of the messages were exchanged with agents of other projects, which lose them, too.</summary>
    public long MessagesWithOthers { get; init; }
    /// <summary>What to do to delete it; null when it is deleted.</summary>
    public string? Next { get; init; }
}
