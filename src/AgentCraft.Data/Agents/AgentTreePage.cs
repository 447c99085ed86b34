using System.Text.Json.Serialization;

namespace AgentCraft.Data.Agents;

/// <summary>Which part of the tree to list.</summary>
public sealed record AgentTreeFilter
{
    /// <summary>The agent at the top, by name or id; null for all of a project.</summary>
    public string? Agent { get; init; }
    /// <summary>The project, by name or id; null for the root's own. Not together with <see cref="Agent"/>.</summary>
    public string? Project { get; init; }
    /// <summary>How many levels below the top; null for all.</summary>
    public int? Levels { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>An agent in the tree, in one line.</summary>
public sealed record AgentNode
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal long Cost { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its type.</summary>
    public required string Type { get; init; }
    /// <summary>What it is doing.</summary>
    public AgentStatus Status { get; init; }
    /// <summary>The name of the agent that it works for; null at the top of all.</summary>
    public string? Parent { get; init; }
    /// <summary>Its distance from the top of all, 0 there.</summary>
    public int Depth { get; init; }
    /// <summary>What it is busy with, in its own words.</summary>
    public string? CurrentTask { get; init; }
    /// <summary>Tokens it has used itself.</summary>
    public long Tokens { get; init; }
    /// <summary>What it has cost itself, in dollars.</summary>
    public decimal CostUsd => Dollars.Of(Cost);
    /// <summary>Iterations it has run itself.</summary>
    public long IterationCount { get; init; }
    /// <summary>Always true: what it is busy with is its own words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>One page of a tree: each agent, then those that work for it.</summary>
public sealed record AgentTreePage
{
    /// <summary>In the order of the tree; brothers by when they registered.</summary>
    public required IReadOnlyList<AgentNode> Agents { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>Tokens of all of them, those removed included.</summary>
    public long Tokens { get; init; }
    /// <summary>Their cost, in dollars.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>Their iterations.</summary>
    public long IterationCount { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends.</summary>
    public required string Cursor { get; init; }
}
