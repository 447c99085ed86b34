namespace AgentCraft.Data.Agents;

/// <summary>What an agent has used up, to be added to what it had.</summary>
public sealed record NewUsage
{
    /// <summary>Whose, by name or id.</summary>
    public required string Agent { get; init; }
    /// <summary>Tokens.</summary>
    public int Tokens { get; init; }
    /// <summary>Billionths of a dollar, see <see cref="Dollars"/>.</summary>
    public long Cost { get; init; }
    /// <summary>Iterations.</summary>
    public int Iterations { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public NewUsage Validated() => this switch
    {
        { Tokens: < 0 } => throw Negative("tokens"),
        { Cost: < 0 } => throw Negative("costUsd"),
        { Iterations: < 0 } => throw Negative("iterations"),
        _ => this,
    };

    private static AgentCraftException Negative(string what) =>
        new(ErrorCodes.InvalidArgument, $"{what} cannot be negative.", "Usage only adds up; pass what was used since the last call.");
}

/// <summary>Totals after an addition.</summary>
public sealed record UsageTotals
{
    /// <summary>The agent's or project's name.</summary>
    public required string Name { get; init; }
    /// <summary>Tokens used so far.</summary>
    public long Tokens { get; init; }
    /// <summary>What it has cost so far, in dollars.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>Iterations run so far.</summary>
    public long IterationCount { get; init; }
}

/// <summary>What adding did.</summary>
public sealed record AddedUsage
{
    /// <summary>The agent's totals now.</summary>
    public required UsageTotals Agent { get; init; }
    /// <summary>Its project's totals now.</summary>
    public required UsageTotals Project { get; init; }
    /// <summary>The project's limits that this call went over: budget, maxIterations. Each is an event.</summary>
    public required IReadOnlyList<string> Crossed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key added it and this one added nothing.</summary>
    public bool Replayed { get; init; }
}
