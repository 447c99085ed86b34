using YamlDotNet.RepresentationModel;

namespace AgentCraft.Data.Handovers;

/// <summary>Reads the rules of a template from YAML; each mistake is told with its line.</summary>
internal sealed class RuleFile
{
    private const int Version = 1;
    private const int MostRules = 200;
    private const int MostWords = 100_000;

    internal static readonly string[] QualityChecks = ["not_empty", "minimum_words", "has_list", "has_task_box", "front_matter_key", "front_matter_valid"];
    internal static readonly string[] ValidationChecks = ["no_placeholders_left", "cited_files_exist", "cited_files_unchanged", "cited_commits_exist"];

    private readonly ConfigFile _file;
    private readonly HandoverTemplate _template;

    private RuleFile(ConfigFile file, HandoverTemplate template) => (_file, _template) = (file, template);

    /// <summary>The rules in the file, each with its text.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming file and line.</exception>
    public static IReadOnlyList<(HandoverRule Rule, string Text)> Read(ConfigFile file, HandoverTemplate template) => new RuleFile(file, template).Read();

    private List<(HandoverRule, string)> Read()
    {
        YamlFields top = YamlFields.Of(YamlTree.Read(_file), _file, "the file");
        if (top.Number("version", 1, int.MaxValue) is var version && version != Version)
            throw _file.Invalid(top.LineOf("version"), $"version {version} is not known; this program reads version {Version}.");
        if (top.Find("rules") is not YamlSequenceNode { Children: { Count: > 0 and <= MostRules } items })
            throw _file.Invalid(top.LineOf("rules"), $"rules must be a list of 1 to {MostRules} rules.");
        top.RefuseOthers("$schema", "version", "description", "rules");
        List<(HandoverRule Rule, string Text)> rules = [];
        for (int i = 0; i < items.Count; i++)
        {
            YamlNode item = items[i];
            HandoverRule rule = ReadRule(YamlFields.Of(item, _file, "a rule"));
            if (rules.Any(other => other.Rule.Name == rule.Name))
                throw _file.Invalid((int)item.Start.Line, $"there are two rules '{rule.Name}'. Give each a name of its own.");
            rules.Add((rule, TextOf(item, i + 1 < items.Count ? items[i + 1] : null)));
        }
        return rules;
    }

    private HandoverRule ReadRule(YamlFields rule)
    {
        string name = rule.Text("name");
        if (name.Length > 100 || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            throw _file.Invalid(rule.LineOf("name"), "name must be lower-case letters, digits and '-', at most 100.");
        RuleSeverity severity = rule.Find("severity") is null ? RuleSeverity.Error : rule.OneOf("severity", "error", "warning") == "error" ? RuleSeverity.Error : RuleSeverity.Warning;
        return rule.OneOf("type", "mandatory_section", "quality_check", "validation_rule") switch
        {
            "mandatory_section" => ReadSection(rule, name, severity),
            "quality_check" => ReadQuality(rule, name, severity),
            _ => ReadValidation(rule, name, severity),
        };
    }

    private RequiredSectionRule ReadSection(YamlFields rule, string name, RuleSeverity severity)
    {
        rule.RefuseOthers("name", "type", "severity", "section");
        return new(name, severity, _template, rule.Heading("section")!);
    }

    private static HandoverRule ReadQuality(YamlFields rule, string name, RuleSeverity severity)
    {
        string check = rule.OneOf("check", QualityChecks);
        string? option = check switch { "minimum_words" => "words", "front_matter_key" => "key", _ => null };
        bool isOfFrontMatter = check.StartsWith("front_matter", StringComparison.Ordinal);
        rule.RefuseOthers(["name", "type", "severity", "check", .. isOfFrontMatter ? Array.Empty<string>() : ["section"], .. option is null ? Array.Empty<string>() : [option]]);
        string? heading = rule.Find("section") is null ? null : rule.Heading("section");
        return check switch
        {
            "not_empty" => new WrittenRule(name, severity, heading),
            "minimum_words" => new MinimumWordsRule(name, severity, heading, rule.Number("words", 1, MostWords)),
            "has_list" => new HasListRule(name, severity, heading),
            "has_task_box" => new HasTaskBoxRule(name, severity, heading),
            "front_matter_key" => new FrontMatterKeyRule(name, severity, rule.Text("key")),
            _ => new FrontMatterValidRule(name, severity),
        };
    }

    private static HandoverRule ReadValidation(YamlFields rule, string name, RuleSeverity severity)
    {
        string check = rule.OneOf("check", ValidationChecks);
        rule.RefuseOthers("name", "type", "severity", "check");
        return check switch
        {
            "no_placeholders_left" => new NoPlaceholdersLeftRule(name, severity),
            "cited_files_exist" => new CitedFilesExistRule(name, severity),
            "cited_files_unchanged" => new CitedFilesUnchangedRule(name, severity),
            _ => new CitedCommitsExistRule(name, severity),
        };
    }

    /// <summary>A rule as it stands in the file: the nodes of the parser do not say where they end, but the next one begins behind a dash.</summary>
    private string TextOf(YamlNode item, YamlNode? next)
    {
        int from = Math.Clamp((int)item.Start.Index, 0, _file.Text.Length), to = next is null ? _file.Text.Length : Math.Clamp((int)next.Start.Index, from, _file.Text.Length);
        return _file.Text[from..to].TrimEnd().TrimEnd('-').TrimEnd();
    }
}
