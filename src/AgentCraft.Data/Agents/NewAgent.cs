using System.Text.Json;

namespace AgentCraft.Data.Agents;

/// <summary>What an agent says of itself when it registers. What is null stays as it was.</summary>
public sealed record NewAgent
{
    internal const int LongestCapability = 200;

    private const int LongestText = 64 * 1024;
    private const int MostCapabilities = 200;

    /// <summary>Its name.</summary>
    public required AgentName Name { get; init; }
    /// <summary>Its type; <c>default</c> when it has none yet.</summary>
    public string? Type { get; init; }
    /// <summary>The name or id of the agent it works for.</summary>
    public string? Parent { get; init; }
    /// <summary>What it was told to be.</summary>
    public string? Instruction { get; init; }
    /// <summary>Where it works.</summary>
    public string? WorkspacePath { get; init; }
    /// <summary>What it can do.</summary>
    public string[]? Capabilities { get; init; }
    /// <summary>What it may do.</summary>
    public JsonElement? Permissions { get; init; }
    /// <summary>Its configuration.</summary>
    public JsonElement? Config { get; init; }
    /// <summary>The template it was made from.</summary>
    public string? Template { get; init; }
    /// <summary>Its process.</summary>
    public int? Pid { get; init; }
    /// <summary>Its own MCP server's port.</summary>
    public int? McpPort { get; init; }

    /// <summary>Who registers it: that agent itself or one directly above it, if it is there already; null takes that on trust.</summary>
    public string? RegisteredBy { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>secret_refused</c></exception>
    public NewAgent Validated()
    {
        if (Type is not null && !IsTypeName(Type))
            throw new AgentCraftException(ErrorCodes.InvalidName, $"'{Text.Shown(Type)}' is not an agent type.",
                "Use lower-case words joined by '-', for example 'code-reviewer'.");
        if (Parent is not null && string.Equals(Parent, Name.Value, StringComparison.OrdinalIgnoreCase))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"'{Name}' cannot be its own parent.", "Name the agent that it works for, or leave parent out.");
        foreach ((string what, string? text) in new[] { ("instruction", Instruction), ("workspacePath", WorkspacePath), ("template", Template) })
            Text.Within(text, what, LongestText, "Shorten it; longer text belongs in a file or a message.");
        if (Capabilities?.Length > MostCapabilities)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"An agent can have at most {MostCapabilities} capabilities, not {Capabilities.Length}.", "Name the ones that others would look for.");
        foreach (string capability in Capabilities ?? [])
            Text.Within(capability, "A capability", LongestCapability, "Use a short word or phrase for each capability.");
        if (Pid is <= 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "pid must be a positive number.", "Leave it out when there is no process.");
        if (McpPort is < 1 or > 65535)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "mcpPort must be between 1 and 65535.", "Leave it out when there is none.");
        FreeForm.Check(Permissions, "permissions");
        FreeForm.Check(Config, "config");
        return this;
    }

    /// <summary>True when registering would change something of an agent that is known; its parent aside.</summary>
    internal bool Changes(Agent known) =>
        known.Status is not (AgentStatus.Active or AgentStatus.Busy)
        || Differs(Type, known.Type) || Differs(Instruction, known.Instruction) || Differs(WorkspacePath, known.WorkspacePath)
        || Differs(Template, known.Template) || Differs(Pid, known.Pid) || Differs(McpPort, known.McpPort)
        || Differs(Permissions?.GetRawText(), known.Permissions?.GetRawText()) || Differs(Config?.GetRawText(), known.Config?.GetRawText())
        || (Capabilities is not null && !Capabilities.SequenceEqual(known.Capabilities));

    private static bool Differs<T>(T? given, T? known) => given is not null && !given.Equals(known);

    internal static bool IsTypeName(string type) =>
        type.Length is > 0 and <= 64 && char.IsAsciiLetterLower(type[0]) && !type.EndsWith('-')
        && type.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
