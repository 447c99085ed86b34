using System.Text.Json.Serialization;
using AgentCraft.Data.Messages;

namespace AgentCraft.Data.Outputs;

/// <summary>Something that an agent made, in one version.</summary>
public sealed record Output
{
    internal long? PreviousSeq { get; init; }

    /// <summary><c>output_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Its number.</summary>
    public long Seq { get; init; }
    /// <summary>The project's name.</summary>
    public required string Project { get; init; }
    /// <summary>Who made it.</summary>
    public required string Agent { get; init; }
    /// <summary>file, artifact or log.</summary>
    public OutputType Type { get; init; }
    /// <summary>Relative to the project.</summary>
    public required string Path { get; init; }
    /// <summary>Counts what was recorded under this path, whoever did, from 1.</summary>
    public long Version { get; init; }
    /// <summary>The id of the version before; left out for the first, or when that was deleted.</summary>
    public string? Previous { get; init; }
    /// <summary>SHA-256, hexadecimal.</summary>
    public required string Checksum { get; init; }
    /// <summary>Bytes.</summary>
    public long Size { get; init; }
    /// <summary>False for bytes that are no UTF-8 text; their content is base64.</summary>
    public bool IsText { get; init; }
    /// <summary>The session in which it was made.</summary>
    public string? Session { get; init; }
    /// <summary>When it was recorded.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Always true: the path is another agent's words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>What kind of output it is.</summary>
[JsonConverter(typeof(SnakeCaseEnum<OutputType>))]
public enum OutputType
{
    /// <summary>A file of the project.</summary>
    File,
    /// <summary>Something made from it: a report, a binary, a picture.</summary>
    Artifact,
    /// <summary>What a run said.</summary>
    Log,
}

/// <summary>How content is written.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ContentEncoding>))]
public enum ContentEncoding
{
    /// <summary>As it is.</summary>
    Text,
    /// <summary>Bytes as base64.</summary>
    Base64,
}

/// <summary>Which outputs; what is null does not matter.</summary>
public sealed record OutputFilter
{
    /// <summary>A project's name or id; null for the root's own.</summary>
    public string? Project { get; init; }
    /// <summary>Who made them.</summary>
    public string? Agent { get; init; }
    /// <summary>A session's id.</summary>
    public string? Session { get; init; }
    /// <summary>A type.</summary>
    public OutputType? Type { get; init; }
    /// <summary>A path, or a directory with a slash at its end.</summary>
    public string? Path { get; init; }
    /// <summary>When they were recorded.</summary>
    public TimeRange Range { get; init; }
}

/// <summary>Which page.</summary>
public sealed record OutputPaging
{
    /// <summary>desc: the newest first.</summary>
    public ListOrder Order { get; init; } = ListOrder.Desc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of outputs.</summary>
public sealed record OutputPage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<Output> Outputs { get; init; }
    /// <summary>How many there are on all pages; left out when there are more than 10,000.</summary>
    public long? Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there is nothing.</summary>
    public string? Cursor { get; init; }
}
