using AgentCraft.Data.Messages;

namespace AgentCraft.Data.Documents;

/// <summary>Which documents; what is null does not matter.</summary>
public sealed record DocumentFilter
{
    /// <summary>A category, whatever its case.</summary>
    public string? Category { get; init; }
    /// <summary>A format.</summary>
    public DocumentFormat? Format { get; init; }
    /// <summary>Who wrote the newest version.</summary>
    public string? Agent { get; init; }
    /// <summary>When the newest version was stored.</summary>
    public TimeRange Range { get; init; }
}

/// <summary>Which page of them.</summary>
public sealed record DocumentPaging
{
    /// <summary>desc: the latest created first.</summary>
    public ListOrder Order { get; init; } = ListOrder.Desc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of documents, each in its newest version and without its text.</summary>
public sealed record DocumentPage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<DocumentInfo> Documents { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of documents that were found.</summary>
public sealed record DocumentHitPage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<DocumentHit> Documents { get; init; }
    /// <summary>How many there are on all pages; left out when there are more than 1,000.</summary>
    public long? Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when nothing was found.</summary>
    public string? Cursor { get; init; }
    /// <summary>How many documents the index does not have yet: search again for them. Left out when it has all.</summary>
    public long? NotIndexed { get; init; }
}
