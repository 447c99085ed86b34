using AgentCraft.Data.Messages;

namespace AgentCraft.Data.Projects;

/// <summary>Which projects to list.</summary>
public sealed record ProjectFilter
{
    /// <summary>Only with this status.</summary>
    public ProjectStatus? Status { get; init; }
    /// <summary>Only those made at or after this moment.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }
    /// <summary>Only those made before this moment.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
    /// <summary>By when they were made.</summary>
    public ListOrder Order { get; init; } = ListOrder.Asc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of projects.</summary>
public sealed record ProjectPage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<Project> Projects { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; left out when it is empty and the first.</summary>
    public string? Cursor { get; init; }
}
