namespace AgentCraft.Data.Handovers;

/// <summary>The templates and rules that there are: the project's own before ours, read at each use.</summary>
public sealed class HandoverLibrary
{
    private readonly ConfigFolder _templates;
    private readonly ConfigFolder _rules;

    /// <param name="root">The project.</param>
    public HandoverLibrary(string root)
    {
        _templates = new(root, "handover/templates", ".md");
        _rules = new(root, "handover/rules", ".yaml");
    }

    /// <summary>The names of all, sorted; one that cannot be used among them.</summary>
    public IReadOnlyList<string> Names => _templates.Names;

    /// <summary>Every template, also those that cannot be used, with the reason.</summary>
    public IReadOnlyList<TemplateSummary> List() => [.. _templates.Names.Select(Summarize)];

    /// <summary>The template of that name, also when it cannot be used, with the reason.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the names that there are.</exception>
    public TemplateSummary Get(string name) => Names.Contains(name) ? Summarize(name) : throw Unknown(name);

    /// <summary>A template and its rules.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the names that there are; <c>invalid_configuration</c> naming file and line.</exception>
    internal HandoverKit Load(string name) => Find(name) ?? throw Unknown(name);

    /// <summary>As loading; null when there is none of that name.</summary>
    internal HandoverKit? Find(string name) => _templates.Find(name) is { } file ? With(file) : null;

    /// <summary>A template with its rules. Ours are about the sections of ours, so a project's own template has only the project's.</summary>
    internal HandoverKit With(ConfigFile template) =>
        HandoverKit.Of(template, template.IsShipped ? _rules.Find(template.Name) : _rules.FindOwn(template.Name));

    internal AgentCraftException Unknown(string name) => new(ErrorCodes.NotFound, $"No hand-over template '{OneLine.Short(name, 60)}'.",
        $"{Text.DidYouMean(OneLine.Short(name, 60), _templates.Names)}Templates: {string.Join(", ", _templates.Names.Take(50))}. Your own go into {_templates.OwnFolder}/.");

    private TemplateSummary Summarize(string name)
    {
        try
        {
            HandoverKit kit = Load(name);
            return new()
            {
                Name = name,
                Path = kit.File.Path,
                Own = !kit.File.IsShipped,
                Hash = kit.File.Hash,
                RequiredSections = [.. kit.Rules.OfType<RequiredSectionRule>().Where(rule => rule.Severity == RuleSeverity.Error).Select(rule => rule.Heading)],
                Prompts = [.. kit.Template.Outline.Placeholders.Select(open => open.Text).Where(text => text[0] == '[').Distinct().Take(TemplateSummary.MostPrompts)],
                Rules = [.. kit.Rules.Where(rule => rule is not RequiredSectionRule { Severity: RuleSeverity.Error })
                    .Select(rule => rule.Severity == RuleSeverity.Error ? rule.Name : $"{rule.Name} (warning)")],
                RulesPath = kit.RuleFile?.Path,
            };
        }
        catch (AgentCraftException broken) when (broken.Code is ErrorCodes.InvalidConfiguration or ErrorCodes.NotFound)
        {
            return new() { Name = name, Path = $"{_templates.OwnFolder}/{name}.md", Own = true, Error = broken.Message };
        }
    }
}
