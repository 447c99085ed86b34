namespace AgentCraft.Data.Metrics;

/// <summary>One measured value.</summary>
public sealed record MetricValue
{
    /// <summary>snake_case by custom, for example <c>response_time</c>.</summary>
    public required string Name { get; init; }
    /// <summary>A finite number.</summary>
    public required double Value { get; init; }
    /// <summary>For example ms, tokens or percent.</summary>
    public string? Unit { get; init; }
}

/// <summary>Measured values on their way into the store.</summary>
public sealed record NewMetrics
{
    private const int MostValues = 200;

    /// <summary>Whose they are.</summary>
    public required string Agent { get; init; }
    /// <summary>The values.</summary>
    public required IReadOnlyList<MetricValue> Values { get; init; }
    /// <summary>The session's id; null for the agent's current one.</summary>
    public string? Session { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    public NewMetrics Validated()
    {
        if (Values.Count is 0 or > MostValues)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Record 1 to {MostValues} metrics at once, not {Values.Count}.",
                "Pass name and value, or metrics as a list of {name, value, unit}.");
        foreach (MetricValue value in Values)
            Check(value);
        return this;
    }

    private static void Check(MetricValue value)
    {
        if (string.IsNullOrWhiteSpace(value.Name))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "A metric needs a name.", "For example \"tests_passed\".");
        Text.Within(value.Name, "A metric's name", 200, "Use a short name such as \"tests_passed\".");
        Text.Within(value.Unit, "A metric's unit", 50, "Use a short unit such as \"ms\".");
        if (!double.IsFinite(value.Value))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"The value of '{value.Name}' is not a finite number.", "Send a number such as 12.5.");
    }
}

/// <summary>What was recorded.</summary>
public sealed record RecordedMetrics
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>The ids, in the order of the values.</summary>
    public required IReadOnlyList<string> Ids { get; init; }
    /// <summary>The session they belong to.</summary>
    public string? Session { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset RecordedAt { get; init; }
    /// <summary>True when an earlier call with the same idempotency key recorded them and this one recorded nothing.</summary>
    public bool Replayed { get; init; }
}
