using System.Text.Json;

namespace AgentCraft.Data.Toolbox;

/// <summary>A tool as it is to be defined. What is null stays as it was.</summary>
public sealed record NewTool
{
    private const int LongestName = 128;
    private const int LongestWord = 200;
    private const int LongestDescription = 16 * 1024;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>What it does.</summary>
    public required string Description { get; init; }
    /// <summary>Who defines it, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>A JSON schema of what it takes.</summary>
    public JsonElement? InputSchema { get; init; }
    /// <summary>What it is filed under.</summary>
    public string? Category { get; init; }
    /// <summary>The MCP server that has it.</summary>
    public string? McpServer { get; init; }
    /// <summary>Its name on that server.</summary>
    public string? McpTool { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public NewTool Validated()
    {
        if (Name.Length is 0 or > LongestName || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':'))
            throw new AgentCraftException(ErrorCodes.InvalidName, $"'{Text.Shown(Name)}' is no name for a tool.",
                $"Use 1 to {LongestName} letters, digits, '_', '-', '.', '/' or ':', for example 'web_search'.");
        if (string.IsNullOrWhiteSpace(Description))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "description cannot be empty.", "Say in a sentence what the tool does.");
        Text.Within(Description, "description", LongestDescription, "Shorten it; save_document holds longer text.");
        foreach ((string what, string? text) in new[] { ("category", Category), ("mcpServer", McpServer), ("mcpTool", McpTool) })
            Text.Within(text, what, LongestWord, "Use a short name.");
        FreeForm.Check(InputSchema, "inputSchema");
        return this;
    }

    /// <summary>True when defining would change something of a tool that is known.</summary>
    internal bool Changes(ToolDefinition known) =>
        Description != known.Description || Differs(Category, known.Category) || Differs(McpServer, known.McpServer)
        || Differs(McpTool, known.McpTool) || Differs(InputSchema?.GetRawText(), known.InputSchema.GetRawText());

    private static bool Differs(string? given, string? known) => given is not null && given != (known ?? "");
}
