namespace AgentCraft.Data.Configuration;

/// <summary>The configuration that is kept in files: the project's own in <c>.agentcraft/configs/</c> before ours. It is read at each use.</summary>
public sealed class ConfigLibrary
{
    /// <param name="root">The project.</param>
    public ConfigLibrary(string root)
    {
        Templates = new(root, "template");
        Skills = new(root, "skill");
        Workflows = new(root, "workflow");
        Prompts = new(root, "prompt");
    }

    /// <summary>What agents are made from.</summary>
    public ConfigShelf Templates { get; }
    /// <summary>What agents know.</summary>
    public ConfigShelf Skills { get; }
    /// <summary>How agents work.</summary>
    public ConfigShelf Workflows { get; }
    /// <summary>What agents are told.</summary>
    public ConfigShelf Prompts { get; }

    /// <summary>A template with everything that it refers to.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names; <c>invalid_configuration</c> naming file, line and column,
    /// for a dangling or circular reference all files that are involved; <c>secret_refused</c>.</exception>
    public ResolvedTemplate Resolve(string name) => throw new NotImplementedException();
}
