using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What instances are made from.</summary>
internal sealed partial class InstanceTools(Stores stores)
{
    /// <summary>Lists the templates that create_instance takes, the project's own and ours, and what is wrong with one that cannot be
    /// used.</summary>
    [McpServerTool(Name = "list_templates", Title = "List templates", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public partial Task<ConfigTemplates> ListTemplates(CancellationToken cancellationToken = default) =>
        Task.FromResult(new ConfigTemplates(stores.Configs.Templates.List()));

    /// <summary>Shows a template with its skills, workflow and prompts as their files are now: what an instance of it would get.</summary>
    /// <param name="name">As list_templates has it</param>
    [McpServerTool(Name = "get_template", Title = "Get template", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public partial Task<ResolvedTemplate> GetTemplate(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(stores.Configs.Resolve(name));
}

/// <summary>The templates that there are.</summary>
/// <param name="Templates">By name.</param>
public sealed record ConfigTemplates(IReadOnlyList<ConfigSummary> Templates);
