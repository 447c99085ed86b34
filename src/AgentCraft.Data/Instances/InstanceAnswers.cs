namespace AgentCraft.Data.Instances;

/// <summary>An instance that is there now.</summary>
public sealed record CreatedInstance
{
    /// <summary>It.</summary>
    public required Instance Instance { get; init; }
    /// <summary>False when it was there before and nothing was changed.</summary>
    public bool Created { get; init; }
    /// <summary>What was written, relative to the root.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
    /// <summary>True when an earlier call with the same idempotency key made it and this one did nothing.</summary>
    public bool Replayed { get; init; }
}

/// <summary>An instance after a step.</summary>
public sealed record SteppedInstance
{
    /// <summary>As it is now.</summary>
    public required Instance Instance { get; init; }
    /// <summary>False when it was so before and nothing was changed.</summary>
    public bool Changed { get; init; }
    /// <summary>The states that may follow.</summary>
    public IReadOnlyList<InstanceState> Next => InstanceSteps.After(Instance.State);
}

/// <summary>Which instances to list.</summary>
public sealed record InstanceFilter
{
    /// <summary>Only in this state.</summary>
    public InstanceState? State { get; init; }
    /// <summary>Only those made from this template.</summary>
    public string? Template { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }

    internal string ListName => Paging.ListName("instances", State, Template);
}

/// <summary>One page of instances, the oldest first.</summary>
public sealed record InstancePage
{
    /// <summary>As their files say.</summary>
    public required IReadOnlyList<Instance> Instances { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public int Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends.</summary>
    public required string Cursor { get; init; }
    /// <summary>Directories whose metadata file cannot be used; at most 50. The next start of a server, or agentcraft doctor, moves broken ones aside.</summary>
    public IReadOnlyList<BrokenInstance> Broken { get; init; } = [];
}

/// <summary>A directory whose metadata file cannot be used.</summary>
/// <param name="Directory">Relative to the root.</param>
/// <param name="Fault">What is wrong.</param>
public sealed record BrokenInstance(string Directory, string Fault);
