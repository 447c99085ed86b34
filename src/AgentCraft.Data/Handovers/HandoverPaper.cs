using AgentCraft.Data.Handovers.Git;

namespace AgentCraft.Data.Handovers;

/// <summary>Hand-overs as files, without any store: for the command line and for continuous integration.</summary>
public sealed class HandoverPaper(string root)
{
    private readonly HandoverLibrary _library = new(root);

    /// <summary>What the rules of a template say of a document; files and commits that it cites are looked for in the root.</summary>
    /// <param name="template">A template's name, or the path of a Markdown file.</param>
    /// <param name="document">Markdown.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c>, <c>invalid_text</c></exception>
    public async Task<CheckedPaper> Validate(string template, string document)
    {
        MarkdownOutline outline = MarkdownOutline.Parse(document);
        string? since = FrontMatter.Of(outline).Find("commit");
        CitationReport cited = await Citations.Look(outline, root, before: null, since);
        HandoverKit kit = Load(template);
        IReadOnlyList<RuleResult> results = kit.Check(outline, cited);
        return new(kit.Template.Name, results.All(result => result.Status != RuleStatus.Failed), outline.Placeholders, results);
    }

    /// <summary>Makes a document from a template: git's facts, the given ones over them, and sections. What only a store knows stays open.</summary>
    /// <param name="template">A template's name, or the path of a Markdown file.</param>
    /// <param name="title">One line.</param>
    /// <param name="author">Who signs it.</param>
    /// <param name="values">Placeholder to text, over what is known.</param>
    /// <param name="sections">Heading to Markdown.</param>
    /// <param name="now">The date that it carries.</param>
    public async Task<string> Render(
        string template, string title, string author, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> sections, DateTimeOffset now)
    {
        HandoverKit kit = Load(template);
        GitView git = await GitView.Look(root, since: null);
        string project = Path.GetFileName(Path.TrimEndingDirectorySeparator(root));
        Dictionary<string, string> facts = HandoverFacts.WithoutStore(git, project, title, author, now).Where(fact => fact.Key != "commits")
            .ToDictionary(fact => fact.Key, fact => fact.Value.Filled);
        foreach ((string name, string value) in values)
            facts[name] = value;
        return kit.Template.Fill(facts, sections);
    }

    private HandoverKit Load(string template)
    {
        bool isPath = template.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || template.Contains('/') || template.Contains('\\');
        if (!isPath)
            return _library.Load(template);
        if (!File.Exists(template))
            throw new AgentCraftException(ErrorCodes.NotFound, $"There is no file {template}.", "Name a template, or the path of a Markdown file.");
        return HandoverKit.Of(Read(template), RulesBeside(template));
    }

    /// <summary>A template outside of the library brings its rules in a file of the same name, or has only its own marks.</summary>
    private static ConfigFile? RulesBeside(string template) =>
        Path.ChangeExtension(template, ".yaml") is var rules && File.Exists(rules) ? Read(rules) : null;

    private static ConfigFile Read(string file)
    {
        try
        {
            return new(Path.GetFileNameWithoutExtension(file), file, File.ReadAllText(file), File.GetLastWriteTimeUtc(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{file} cannot be read: {failure.Message}", "Check the file's permissions, or use another template.", inner: failure);
        }
    }
}

/// <summary>What the rules said of a document.</summary>
/// <param name="Template">The template's name.</param>
/// <param name="Passed">True when no rule of severity error is broken.</param>
/// <param name="PlaceholdersRemaining">What is still to be filled in.</param>
/// <param name="Validation">One result a rule.</param>
public sealed record CheckedPaper(string Template, bool Passed, IReadOnlyList<Placeholder> PlaceholdersRemaining, IReadOnlyList<RuleResult> Validation);
