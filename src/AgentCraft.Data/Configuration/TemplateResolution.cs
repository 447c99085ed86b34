using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Configuration;

/// <summary>Puts a template together from its file and those that it stands on, all of which are known to be good.</summary>
internal sealed class TemplateResolution
{
    private const string DefaultType = "default";

    private readonly ConfigDocument _template;
    private readonly IReadOnlyList<ConfigDocument> _closure;
    /// <summary>The template, then what it extends, the nearest first.</summary>
    private readonly List<ConfigDocument> _line;

    private TemplateResolution(ConfigDocument template, IReadOnlyList<ConfigDocument> closure)
    {
        (_template, _closure, _line) = (template, closure, [template]);
        while (_line[^1].Root!.TextOf("extends") is { } parent)
            _line.Add(Find(ConfigKind.Template, parent));
    }

    /// <param name="template">The template.</param>
    /// <param name="closure">Everything that it stands on, each after what it stands on itself.</param>
    public static ResolvedTemplate Of(ConfigDocument template, IReadOnlyList<ConfigDocument> closure) => new TemplateResolution(template, closure).Resolve();

    private ResolvedTemplate Resolve() => new()
    {
        Name = _template.Name,
        Path = _template.Entry.Path,
        Own = _template.Entry.Own,
        Version = _template.Version!.Value,
        Title = _template.Root!.TextOf("title"),
        Description = _template.Root.TextOf("description"),
        Extends = [.. _line.Skip(1).Select(parent => parent.Name)],
        AgentType = Nearest("agentType") ?? DefaultType,
        Instruction = Nearest("instruction"),
        LaunchMode = Nearest("launchMode"),
        Capabilities = [.. Joined("capabilities")],
        Skills = [.. WithRequired(Joined("skills")).Select(SkillOf)],
        Workflow = Nearest("workflow") is { } workflow ? WorkflowOf(Find(ConfigKind.Workflow, workflow)) : null,
        Prompts = [.. Joined("prompts").Select(name => PromptOf(Find(ConfigKind.Prompt, name)))],
        McpServers = Servers(),
    };

    private ConfigDocument Find(ConfigKind kind, string name) => _closure.First(one => one.Entry.Kind == kind && one.Name == name);

    private string? Nearest(string key) => _line.Select(template => template.Root!.TextOf(key)).FirstOrDefault(text => text is not null);

    /// <summary>What the furthest has comes first, as its words are the more general.</summary>
    private IEnumerable<string> Joined(string key) =>
        Enumerable.Reverse(_line).SelectMany(template => template.Root!.ListOf(key)).Select(item => item.Text).Distinct();

    /// <summary>Skills in the order in which they are named, each after those that it requires.</summary>
    private List<ConfigDocument> WithRequired(IEnumerable<string> names)
    {
        List<ConfigDocument> found = [];
        foreach (string name in names)
            AddSkill(Find(ConfigKind.Skill, name), found);
        return found;
    }

    private void AddSkill(ConfigDocument skill, List<ConfigDocument> found)
    {
        if (found.Contains(skill))
            return;
        foreach (ConfigNode required in skill.Root!.ListOf("requires"))
            AddSkill(Find(ConfigKind.Skill, required.Text), found);
        found.Add(skill);
    }

    private static ResolvedSkill SkillOf(ConfigDocument skill) => new()
    {
        Name = skill.Name, Path = skill.Entry.Path, Title = TitleOf(skill),
        Content = string.Join("\n\n", new[] { skill.Root!.TextOf("content")?.TrimEnd(), Bullets(skill.Root) }.Where(part => !string.IsNullOrEmpty(part))),
    };

    private static string Bullets(ConfigNode skill) => string.Join('\n', skill.ListOf("rules").Select(rule => $"- {rule.Text}"));

    private static ResolvedPrompt PromptOf(ConfigDocument prompt) => new()
    {
        Name = prompt.Name, Path = prompt.Entry.Path, Title = TitleOf(prompt), Content = prompt.Root!.TextOf("content")!.TrimEnd(),
    };

    private ResolvedWorkflow WorkflowOf(ConfigDocument workflow)
    {
        List<ConfigDocument> parts = [];
        AddWorkflow(workflow, parts);
        return new()
        {
            Name = workflow.Name, Path = workflow.Entry.Path, Title = TitleOf(workflow), Content = workflow.Root!.TextOf("content")?.TrimEnd(),
            Steps = [.. parts.SelectMany(part => part.Root!.ListOf("steps").Select(step => StepOf(step, part.Name)))],
        };
    }

    private void AddWorkflow(ConfigDocument workflow, List<ConfigDocument> parts)
    {
        if (parts.Contains(workflow))
            return;
        foreach (ConfigNode included in workflow.Root!.ListOf("includes"))
            AddWorkflow(Find(ConfigKind.Workflow, included.Text), parts);
        parts.Add(workflow);
    }

    private static WorkflowStep StepOf(ConfigNode step, string workflow) =>
        step.Kind == NodeKind.Object ? new(step.TextOf("title")!, step.TextOf("content")?.TrimEnd(), workflow) : new(step.Text, null, workflow);

    private static string TitleOf(ConfigDocument document) => document.Root!.TextOf("title") ?? document.Name;

    private OrderedDictionary<string, ConfiguredMcpServer> Servers()
    {
        OrderedDictionary<string, ConfiguredMcpServer> servers = new(StringComparer.Ordinal);
        foreach (ConfigField server in Enumerable.Reverse(_line).SelectMany(template => template.Root!.Find("mcpServers")?.Fields ?? []))
            servers[server.Name] = ServerOf(server.Value);
        return servers;
    }

    private static ConfiguredMcpServer ServerOf(ConfigNode server) => new()
    {
        Command = server.TextOf("command"),
        Args = [.. server.ListOf("args").Select(argument => argument.Text)],
        Env = Variables(server.Find("env")),
        Url = server.TextOf("url"),
        Headers = Variables(server.Find("headers")),
    };

    /// <summary>A name alone is passed on: <c>GITHUB_TOKEN</c> becomes <c>GITHUB_TOKEN: ${GITHUB_TOKEN}</c>.</summary>
    private static OrderedDictionary<string, string> Variables(ConfigNode? node) => new(node switch
    {
        { Kind: NodeKind.Object } => node.Fields.Select(field => KeyValuePair.Create(field.Name, field.Value.Text)),
        { Kind: NodeKind.List } => node.Items.Select(item => item.Text).Distinct().Select(name => KeyValuePair.Create(name, $"${{{name}}}")),
        _ => [],
    }, StringComparer.Ordinal);
}
