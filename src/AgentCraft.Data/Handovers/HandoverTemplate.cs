using System.Reflection;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// A Markdown file that hand-overs are made from. Sections whose own text carries an HTML comment with the word <c>REQUIRED</c>
/// (in capitals) must be written; <c>{{name}}</c> is filled with what the store knows, <c>[Text like this]</c> asks the author.
/// </summary>
public sealed class HandoverTemplate
{
    private const string Folder = "configs/handover/templates/";
    private const string Extension = ".md";

    private HandoverTemplate(string name, MarkdownOutline outline)
    {
        (Name, Outline) = (name, outline);
        Required = [.. outline.Sections.Where(section => section.Comments.Any(IsRequiredMark))];
    }

    /// <summary>Its name: the file's, without <c>.md</c>.</summary>
    public string Name { get; }

    /// <summary>The template's text.</summary>
    public string Text => Outline.Text;

    /// <summary>Its sections and placeholders.</summary>
    public MarkdownOutline Outline { get; }

    /// <summary>The headings of the sections that every document made from it must fill, in order.</summary>
    public IReadOnlyList<string> RequiredSections => [.. Required.Select(section => section.Heading)];

    /// <summary>The names of the templates that ship with the program.</summary>
    public static IReadOnlyList<string> EmbeddedNames { get; } =
        [.. Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal)];

    internal IReadOnlyList<OutlineSection> Required { get; }

    private static Assembly Assembly => typeof(HandoverTemplate).Assembly;

    /// <summary>Reads a template's text.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c> when it cannot be read as Markdown.</exception>
    public static HandoverTemplate Parse(string name, string text) => new(name, MarkdownOutline.Parse(text));

    /// <summary>A template that ships with the program, such as <c>standard</c>.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the names that there are.</exception>
    public static HandoverTemplate Embedded(string name)
    {
        if (!EmbeddedNames.Contains(name))
            throw new AgentCraftException(ErrorCodes.NotFound, $"No hand-over template '{OneLine.Short(name, 60)}'.",
                $"{AgentCraft.Data.Text.DidYouMean(OneLine.Short(name, 60), EmbeddedNames)}Templates: {string.Join(", ", EmbeddedNames)}.");
        using StreamReader reader = new(Assembly.GetManifestResourceStream(Folder + name + Extension)!);
        return Parse(name, reader.ReadToEnd());
    }

    /// <summary>
    /// Makes a document. Everything is replaced in one pass over the template: what is inserted is never read for placeholders.
    /// Filling the result again with the same facts and sections gives the same text.
    /// </summary>
    /// <param name="facts">What replaces <c>{{name}}</c>, as it is; in the front matter it is quoted where YAML needs that.
    /// A name without a fact stays open.</param>
    /// <param name="sections">Heading to Markdown, headings compared as <see cref="HeadingKey"/> does. The Markdown replaces all that
    /// stands under the heading, its subsections too (but never a required one); blank Markdown leaves the template's text. Its headings
    /// are moved below the section's level, an open fence or comment is closed. A section that the template lacks is added at the
    /// end.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for a blank heading or two headings for one section;
    /// <c>invalid_text</c> when a section cannot be read as Markdown.</exception>
    public string Fill(IReadOnlyDictionary<string, string> facts, IReadOnlyDictionary<string, string> sections) =>
        new TemplateFill(this).Fill(facts, sections);

    /// <summary>Reads the template's text, or a document made from it, as one to be changed; see <see cref="TemplateFill.Revise"/>.</summary>
    internal string Revise(IReadOnlyDictionary<string, string> answers, IReadOnlyDictionary<string, string> sections) =>
        new TemplateFill(this).Revise(answers, sections);

    /// <summary>True when the comment at this place marks its section as required.</summary>
    internal bool IsRequiredMark(Range comment)
    {
        const string Mark = "REQUIRED";
        string text = Text[comment];
        for (int at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at + 1, StringComparison.Ordinal))
            if (!IsWordPart(text, at - 1) && !IsWordPart(text, at + Mark.Length))
                return true;
        return false;
    }

    private static bool IsWordPart(string text, int at) =>
        at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');
}
