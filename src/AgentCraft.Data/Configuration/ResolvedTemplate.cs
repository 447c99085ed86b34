namespace AgentCraft.Data.Configuration;

/// <summary>A template with everything that it refers to, as the files are now. Nothing of it is kept: it is resolved again at each use.</summary>
public sealed record ResolvedTemplate
{
    /// <summary>The file's, without extension.</summary>
    public required string Name { get; init; }
    /// <summary>Its file: relative to the root, or as it ships (<c>configs/templates/builder.yaml</c>).</summary>
    public required string Path { get; init; }
    /// <summary>True for the project's own file, false for one that ships.</summary>
    public bool Own { get; init; }
    /// <summary>The version of the format that the file is written in.</summary>
    public int Version { get; init; }
    /// <summary>One line for people; null when the file has none.</summary>
    public string? Title { get; init; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>The templates that it extends, the nearest first.</summary>
    public IReadOnlyList<string> Extends { get; init; } = [];
    /// <summary>The type that an agent is registered with.</summary>
    public required string AgentType { get; init; }
    /// <summary>What the agent is told to do; Markdown.</summary>
    public string? Instruction { get; init; }
    /// <summary>How an agent of it is started, in the words of whoever starts it: <c>manual</c>, <c>background</c>.</summary>
    public string? LaunchMode { get; init; }
    /// <summary>What an agent of it can do.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];
    /// <summary>What it knows; a skill comes after those that it requires.</summary>
    public IReadOnlyList<ResolvedSkill> Skills { get; init; } = [];
    /// <summary>How it works; null for none.</summary>
    public ResolvedWorkflow? Workflow { get; init; }
    /// <summary>What it is told besides.</summary>
    public IReadOnlyList<ResolvedPrompt> Prompts { get; init; } = [];
    /// <summary>The MCP servers that it is given besides ours, by name.</summary>
    public IReadOnlyDictionary<string, ConfiguredMcpServer> McpServers { get; init; } = new Dictionary<string, ConfiguredMcpServer>();
}

/// <summary>A skill of a template.</summary>
public sealed record ResolvedSkill
{
    /// <summary>The file's, without extension.</summary>
    public required string Name { get; init; }
    /// <summary>Its file.</summary>
    public required string Path { get; init; }
    /// <summary>One line; the name when the file has none.</summary>
    public required string Title { get; init; }
    /// <summary>Markdown.</summary>
    public required string Content { get; init; }
}

/// <summary>The workflow of a template.</summary>
public sealed record ResolvedWorkflow
{
    /// <summary>The file's, without extension.</summary>
    public required string Name { get; init; }
    /// <summary>Its file.</summary>
    public required string Path { get; init; }
    /// <summary>One line; the name when the file has none.</summary>
    public required string Title { get; init; }
    /// <summary>Markdown above the steps; null for none.</summary>
    public string? Content { get; init; }
    /// <summary>What to do, in order; the steps of workflows that it includes come first.</summary>
    public IReadOnlyList<WorkflowStep> Steps { get; init; } = [];
}

/// <summary>One step of a workflow.</summary>
/// <param name="Title">One line.</param>
/// <param name="Content">Markdown; null when the title says it.</param>
/// <param name="Workflow">The workflow that it comes from.</param>
public sealed record WorkflowStep(string Title, string? Content, string Workflow);

/// <summary>A prompt of a template.</summary>
public sealed record ResolvedPrompt
{
    /// <summary>The file's, without extension.</summary>
    public required string Name { get; init; }
    /// <summary>Its file.</summary>
    public required string Path { get; init; }
    /// <summary>One line; the name when the file has none.</summary>
    public required string Title { get; init; }
    /// <summary>Markdown.</summary>
    public required string Content { get; init; }
}

/// <summary>An MCP server that a template gives its agents: a command to start, or an address.</summary>
public sealed record ConfiguredMcpServer
{
    /// <summary>The program; null for a server at an address.</summary>
    public string? Command { get; init; }
    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];
    /// <summary>Variable to value. What is secret is <c>${NAME}</c>, which the client fills in from its own environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();
    /// <summary>The address; null for a command.</summary>
    public string? Url { get; init; }
    /// <summary>HTTP headers to send there; what is secret is <c>${NAME}</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
