namespace AgentCraft.Data.Events;

/// <summary>How often what happened, and who did it.</summary>
public sealed record EventSummary
{
    /// <summary>How many events.</summary>
    public long Total { get; init; }
    /// <summary>When the first was stored.</summary>
    public DateTimeOffset? FirstAt { get; init; }
    /// <summary>When the last was stored.</summary>
    public DateTimeOffset? LastAt { get; init; }
    /// <summary>How many types there are; more than <see cref="ByType"/> has when those are cut.</summary>
    public int Types { get; init; }
    /// <summary>The most frequent 200 first.</summary>
    public required IReadOnlyList<TypeCount> ByType { get; init; }
    /// <summary>How many agents there are; more than <see cref="ByAgent"/> has when those are cut.</summary>
    public int Agents { get; init; }
    /// <summary>The most frequent 200 first; events of nobody are in none.</summary>
    public required IReadOnlyList<AgentCount> ByAgent { get; init; }
    /// <summary>Always true: types are agents' words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>The events of a type.</summary>
/// <param name="Type">The type, which an agent may have made up.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first was stored.</param>
/// <param name="LastAt">When the last was stored.</param>
public sealed record TypeCount(string Type, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>The events of an agent.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first was stored.</param>
/// <param name="LastAt">When the last was stored.</param>
public sealed record AgentCount(string Agent, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt);
