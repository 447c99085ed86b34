using System.Text;
using System.Text.Json.Nodes;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Data.Instances;

/// <summary>What is written into an instance's directory besides its metadata: made whole, and refused, before the first byte of it is written.</summary>
internal sealed class Workspace
{
    private const string Agents = "AGENTS.md", Mcp = "mcp.json", Cursor = ".cursor";

    private readonly string _agents;
    private readonly JsonObject _servers;

    /// <param name="template">From what.</param>
    /// <param name="name">For which instance.</param>
    /// <param name="own">How our own server is started.</param>
    /// <exception cref="AgentCraftException"><c>secret_refused</c>, <c>invalid_configuration</c></exception>
    public Workspace(ResolvedTemplate template, string name, ConfiguredMcpServer own)
    {
        _agents = AgentsMarkdown.Of(template, name);
        FreeForm.RefuseSecret(_agents, $"What {template.Path} makes of {Agents}");
        _servers = McpConfiguration.Of(template, own);
    }

    /// <summary>The files, as they will be in this directory; one of somebody else's with the same name is kept.</summary>
    /// <exception cref="AgentCraftException"><c>already_exists</c>, <c>invalid_configuration</c></exception>
    public IReadOnlyList<WorkspaceFile> FilesFor(InstanceDirectory directory)
    {
        if (directory.Find(Agents) is { } other && !Encoding.UTF8.GetString(other).StartsWith(AgentsMarkdown.Mark, StringComparison.Ordinal))
            throw new AgentCraftException(ErrorCodes.AlreadyExists, $"{InstanceDirectory.Parent}/{directory.Name}/{Agents} is there and was not made by AgentCraft.",
                "Move it away, for example into a skill of the template, then repeat the call.");
        return
        [
            new(null, Agents, _agents),
            new(null, "." + Mcp, McpConfiguration.Text(_servers, directory.Find("." + Mcp), "." + Mcp)),
            new(Cursor, Mcp, McpConfiguration.Text(McpConfiguration.ForCursor(_servers), directory.Find(Mcp, Cursor), $"{Cursor}/{Mcp}")),
        ];
    }
}

/// <summary>A file of a workspace.</summary>
/// <param name="Folder">In which directory of it; null for the workspace itself.</param>
/// <param name="Name">Its name.</param>
/// <param name="Content">All of it.</param>
internal sealed record WorkspaceFile(string? Folder, string Name, string Content)
{
    public string Path => Folder is null ? Name : $"{Folder}/{Name}";
}
