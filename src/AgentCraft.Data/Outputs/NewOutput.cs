namespace AgentCraft.Data.Outputs;

/// <summary>Limits of outputs.</summary>
public sealed record OutputSettings
{
    /// <summary>The largest content, in bytes.</summary>
    public int MaxContentBytes { get; init; } = 2 * 1024 * 1024;
}

/// <summary>What an agent made, on its way into the store.</summary>
public sealed record NewOutput
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>Where it lies in the project.</summary>
    public required string Path { get; init; }
    /// <summary>What kind it is.</summary>
    public OutputType Type { get; init; }
    /// <summary>Its content; null reads the file.</summary>
    public string? Content { get; init; }
    /// <summary>How that is written.</summary>
    public ContentEncoding Encoding { get; init; }
    /// <summary>The session's id; null for the agent's current one.</summary>
    public string? Session { get; init; }
}

/// <summary>What a call asks for, as its idempotency key remembers it: without the content, but with its hash.</summary>
internal sealed record OutputWish
{
    public required string Agent { get; init; }
    public required string Path { get; init; }
    public OutputType Type { get; init; }
    public string? Checksum { get; init; }
    public string? Session { get; init; }
}

/// <summary>What was recorded.</summary>
public sealed record RecordedOutput
{
    /// <summary>It.</summary>
    public required Output Output { get; init; }
    /// <summary>False when the version before has the very same content.</summary>
    public bool Changed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key recorded it and this one recorded nothing.</summary>
    public bool Replayed { get; init; }
}
