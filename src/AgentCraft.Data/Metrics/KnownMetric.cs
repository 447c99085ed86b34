using System.Text.Json.Serialization;

namespace AgentCraft.Data.Metrics;

/// <summary>What is known of a metric.</summary>
public sealed record KnownMetric
{
    [JsonIgnore] internal long Seq { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>The last value's unit.</summary>
    public string? Unit { get; init; }
    /// <summary>How many values there are.</summary>
    public long Count { get; init; }
    /// <summary>How many agents recorded them.</summary>
    public long Agents { get; init; }
    /// <summary>The last value.</summary>
    public double LastValue { get; init; }
    /// <summary>When it was recorded.</summary>
    public DateTimeOffset LastAt { get; init; }
    /// <summary>By whom.</summary>
    public required string LastAgent { get; init; }
}

/// <summary>Which metrics.</summary>
public sealed record MetricFilter
{
    /// <summary>Name or id of who recorded them.</summary>
    public string? Agent { get; init; }
    /// <summary>Name or id of the project whose agents recorded them.</summary>
    public string? Project { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of metrics.</summary>
public sealed record MetricPage
{
    /// <summary>The earliest recorded first.</summary>
    public required IReadOnlyList<KnownMetric> Metrics { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
    /// <summary>Always true: names and units are agents' words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}
