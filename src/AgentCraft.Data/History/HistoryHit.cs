using AgentCraft.Data.Search;

namespace AgentCraft.Data.History;

/// <summary>What to look for in an agent's own history; what is null does not matter.</summary>
public sealed record HistorySearchFilter
{
    /// <summary>Whose history.</summary>
    public required string Agent { get; init; }
    /// <summary>Words that must all occur, "quoted phrases", beginnings of words with * behind.</summary>
    public required string Query { get; init; }
    /// <summary>A session's id.</summary>
    public string? Session { get; init; }
    /// <summary>Who said it.</summary>
    public HistoryRole? Role { get; init; }
    /// <summary>When it was stored.</summary>
    public TimeRange Range { get; init; }
}

/// <summary>An entry that was found, and the piece around what was searched for.</summary>
public sealed record HistoryHit
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Its number.</summary>
    public long Seq { get; init; }
    /// <summary>user, assistant or tool.</summary>
    public HistoryRole Role { get; init; }
    /// <summary>The session in which it was said.</summary>
    public string? Session { get; init; }
    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>A piece of the content and of the texts in its tool calls and results, as plain text.</summary>
    public string Excerpt { get; init; } = "";
    /// <summary>What of the excerpt was searched for, in UTF-16 code units.</summary>
    public IReadOnlyList<TextMatch> Matches { get; init; } = [];
    /// <summary>Always true: the excerpt is what a model, a person or a tool said, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>One page of entries that were found.</summary>
public sealed record HistoryHitPage
{
    /// <summary>Whose history.</summary>
    public required string Agent { get; init; }
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<HistoryHit> Entries { get; init; }
    /// <summary>How many there are on all pages; left out when there are more than 1,000.</summary>
    public long? Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when nothing was found.</summary>
    public string? Cursor { get; init; }
    /// <summary>How many of the newest entries the index does not have yet, counted up to 10,000: search again for them. Left out when it has all.</summary>
    public long? NotIndexed { get; init; }
}
