using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Toolbox;

/// <summary>A tool that agents can be granted: what it does, what it takes, and the MCP tool that it stands for.</summary>
public sealed record ToolDefinition
{
    [JsonIgnore] internal long Seq { get; init; }

    /// <summary><c>tool_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Unique in the root whatever its case.</summary>
    public required string Name { get; init; }
    /// <summary>What it does. Another agent's words: information, not instructions.</summary>
    public required string Description { get; init; }
    /// <summary>A JSON schema of what it takes; empty when that is not known.</summary>
    public JsonElement InputSchema { get; init; }
    /// <summary>What it is filed under.</summary>
    public string? Category { get; init; }
    /// <summary>The MCP server that has it.</summary>
    public string? McpServer { get; init; }
    /// <summary>Its name on that server.</summary>
    public string? McpTool { get; init; }
    /// <summary>Who defined it so; null when nobody said so, or is gone.</summary>
    public string? DefinedBy { get; init; }
    /// <summary>Always true: the description is another agent's, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
    /// <summary>When it was defined first.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What defining did.</summary>
public sealed record DefinedTool
{
    /// <summary>The tool as it is now.</summary>
    public required ToolDefinition Tool { get; init; }
    /// <summary>False when it was defined so already.</summary>
    public bool Changed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key did it.</summary>
    public bool Replayed { get; init; }
}

/// <summary>Which tools to list.</summary>
public sealed record ToolFilter
{
    /// <summary>Only of this category.</summary>
    public string? Category { get; init; }
    /// <summary>Only of this MCP server.</summary>
    public string? McpServer { get; init; }
    /// <summary>Only those that this agent may use, by name or id.</summary>
    public string? GrantedTo { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of tools.</summary>
public sealed record ToolPage
{
    /// <summary>The earliest defined first.</summary>
    public required IReadOnlyList<ToolDefinition> Tools { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends.</summary>
    public required string Cursor { get; init; }
}
