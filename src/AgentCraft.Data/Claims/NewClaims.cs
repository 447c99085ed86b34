namespace AgentCraft.Data.Claims;

/// <summary>Claims on their way into the store: all or none.</summary>
public sealed record NewClaims
{
    private const int Most = 50;
    private const int LongestReason = 2000;
    private const int LongestLease = 24 * 60 * 60;

    /// <summary>How long a claim lives without a wish, in seconds.</summary>
    public const int DefaultLease = 1800;

    /// <summary>Name or id of who wants them.</summary>
    public required string Agent { get; init; }
    /// <summary>Globs on paths below the root.</summary>
    public required IReadOnlyList<string> Patterns { get; init; }
    /// <summary>Nobody else may hold an exclusive claim that overlaps.</summary>
    public bool Exclusive { get; init; } = true;
    /// <summary>Why.</summary>
    public string? Reason { get; init; }
    /// <summary>How long they live unless renewed.</summary>
    public int LeaseSeconds { get; init; } = DefaultLease;

    /// <summary>Checks everything that can be checked without the store; returns the patterns, each once.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_pattern</c>, <c>pattern_too_complex</c>, <c>invalid_argument</c>, <c>payload_too_large</c></exception>
    internal List<PathPattern> Validated()
    {
        Text.Within(Reason, "reason", LongestReason, "Say in a sentence what you do there.");
        if (LeaseSeconds is < 1 or > LongestLease)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"leaseSeconds must be 1 to {LongestLease}, not {LeaseSeconds}.",
                $"Leave it out for {DefaultLease}; claiming the same again renews it.");
        return Parse(Patterns);
    }

    internal static List<PathPattern> Parse(IReadOnlyList<string> patterns) => patterns.Count is > 0 and <= Most
        ? [.. patterns.Select(PathPattern.Parse).Distinct()]
        : throw new AgentCraftException(ErrorCodes.InvalidArgument, $"patterns must have 1 to {Most} entries, not {patterns.Count}.",
            "Name paths below the root, such as src/parser/** or README.md; list_claims shows what is claimed.");
}

/// <summary>What is claimed now.</summary>
public sealed record ClaimedPaths
{
    /// <summary>One for each pattern, in their order.</summary>
    public required IReadOnlyList<Claim> Claims { get; init; }
    /// <summary>How many of them the agent held before; their leases are new.</summary>
    public int Renewed { get; init; }
    /// <summary>Live claims of others that overlap and do not stand in the way, since one of the two is not exclusive: talk to their holders.</summary>
    public IReadOnlyList<OverlappingClaim> Overlapping { get; init; } = [];
    /// <summary>True when an earlier call with the same idempotency key claimed them and this one did nothing.</summary>
    public bool Replayed { get; init; }
}

/// <summary>A live claim of another agent that overlaps one's own.</summary>
public sealed record OverlappingClaim
{
    /// <summary>Who holds it, and wrote the reason.</summary>
    public required string Agent { get; init; }
    /// <summary>A glob.</summary>
    public required string Pattern { get; init; }
    /// <summary>Its holder wants nobody else there.</summary>
    public bool Exclusive { get; init; }
    /// <summary>Why, in its holder's words.</summary>
    public string? Reason { get; init; }
    /// <summary>Always true: the reason is another agent's.</summary>
    public bool Untrusted => true;
    /// <summary>When the lease ends by the wall clock.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    internal static OverlappingClaim Of(Claim claim) => new()
    {
        Agent = claim.Agent,
        Pattern = claim.Pattern,
        Exclusive = claim.Exclusive,
        Reason = claim.Reason,
        ExpiresAt = claim.ExpiresAt,
    };
}

/// <summary>What releasing did.</summary>
public sealed record ReleasedPaths
{
    /// <summary>The claims that are free now.</summary>
    public required IReadOnlyList<Claim> Released { get; init; }
    /// <summary>What the agent did not hold: released before, ended, or never claimed.</summary>
    public IReadOnlyList<string> NotHeld { get; init; } = [];
    /// <summary>False when there was nothing to release.</summary>
    public bool Changed => Released.Count > 0;
}
