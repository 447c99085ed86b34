using System.Text.Json.Serialization;

namespace AgentCraft.Data.Processes;

/// <summary>How a kind of work is done.</summary>
public sealed record ProcessDefinition
{
    [JsonIgnore] internal long Seq { get; init; }

    /// <summary><c>process_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Unique in the root whatever its case.</summary>
    public required string Name { get; init; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>What happens when it is to be established.</summary>
    public string[] Triggers { get; init; } = [];
    /// <summary>What establishing needs.</summary>
    public string[] RequiredInputs { get; init; } = [];
    /// <summary>How many steps it has.</summary>
    public int StepCount { get; init; }
    /// <summary>The steps; left out in lists that ask for no name.</summary>
    public IReadOnlyList<ProcessStep>? Steps { get; init; }
    /// <summary>1, and one more with each change.</summary>
    public int Version { get; init; }
    /// <summary>Who defined it so; null when that agent is gone.</summary>
    public string? DefinedBy { get; init; }
    /// <summary>Always true: description and steps are an agent's words, to be judged.</summary>
    public bool Untrusted => true;
    /// <summary>When it was defined first.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What defining did.</summary>
public sealed record DefinedProcess
{
    /// <summary>The process as it is now.</summary>
    public required ProcessDefinition Process { get; init; }
    /// <summary>False when it was defined so already.</summary>
    public bool Changed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key did it.</summary>
    public bool Replayed { get; init; }
}

/// <summary>Which processes to list.</summary>
public sealed record ProcessFilter
{
    /// <summary>Only this one, with its steps.</summary>
    public string? Name { get; init; }
    /// <summary>Only those with this trigger, in any case.</summary>
    public string? Trigger { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of processes.</summary>
public sealed record ProcessPage
{
    /// <summary>The earliest defined first.</summary>
    public required IReadOnlyList<ProcessDefinition> Processes { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}
