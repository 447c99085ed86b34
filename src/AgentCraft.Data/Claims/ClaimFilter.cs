namespace AgentCraft.Data.Claims;

/// <summary>Which claims; what is null does not matter.</summary>
public sealed record ClaimFilter
{
    /// <summary>Name or id of who holds them.</summary>
    public string? Holder { get; init; }
    /// <summary>A path or glob that they overlap.</summary>
    public string? Overlapping { get; init; }
    /// <summary>Only exclusive ones, or only shared ones.</summary>
    public bool? Exclusive { get; init; }
    /// <summary>A project's name or id.</summary>
    public string? Project { get; init; }
    /// <summary>Also those that were released or have ended.</summary>
    public bool IncludeEnded { get; init; }
    /// <summary>When they were made.</summary>
    public TimeRange Created { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }

    internal string ListName => Paging.ListName("claims", Holder?.ToLowerInvariant(), Overlapping, Exclusive, Project, IncludeEnded, Created);
}

/// <summary>One page of claims.</summary>
public sealed record ClaimPage
{
    /// <summary>The oldest first.</summary>
    public required IReadOnlyList<Claim> Claims { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}
