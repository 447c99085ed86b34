namespace AgentCraft.Data.Outputs;

/// <summary>A path of a project, and the newest that was recorded under it.</summary>
public sealed record OutputPathRow
{
    internal long Seq { get; init; }

    /// <summary>Relative to the project.</summary>
    public required string Path { get; init; }
    /// <summary>How many versions were ever recorded.</summary>
    public long Versions { get; init; }
    /// <summary>The id of the newest.</summary>
    public required string Id { get; init; }
    /// <summary>Its type.</summary>
    public OutputType Type { get; init; }
    /// <summary>Its number.</summary>
    public long Version { get; init; }
    /// <summary>Who made it.</summary>
    public required string Agent { get; init; }
    /// <summary>SHA-256, hexadecimal.</summary>
    public required string Checksum { get; init; }
    /// <summary>Bytes.</summary>
    public long Size { get; init; }
    /// <summary>When it was recorded.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One page of paths.</summary>
public sealed record OutputPathPage
{
    /// <summary>The first that were recorded first.</summary>
    public required IReadOnlyList<OutputPathRow> Paths { get; init; }
    /// <summary>How many there are on all pages; left out when there are more than 10,000.</summary>
    public long? Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there is nothing.</summary>
    public string? Cursor { get; init; }
    /// <summary>Always true: paths are agents' words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}
