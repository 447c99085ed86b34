namespace AgentCraft.Data.Processes;

/// <summary>A step of a process; establishing makes a task of it.</summary>
public sealed record ProcessStep
{
    /// <summary>Unique in its process.</summary>
    public required string Name { get; init; }
    /// <summary>What is to be done; <c>{{input}}</c> stands for the value of a required input.</summary>
    public required string Instruction { get; init; }
    /// <summary>Names of steps to complete first.</summary>
    public string[]? After { get; init; }
    /// <summary>What its worker should be able to do.</summary>
    public string? Capability { get; init; }
    /// <summary>Higher is more urgent; the whole's when left out.</summary>
    public int? Priority { get; init; }
}
