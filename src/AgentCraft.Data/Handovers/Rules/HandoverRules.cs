namespace AgentCraft.Data.Handovers;

/// <summary>Checks a hand-over against the rules of its template.</summary>
public static class HandoverRules
{
    /// <summary>
    /// One result a rule: <c>required-section-…</c> for each required section of the template, then <c>no-placeholders-left</c>;
    /// for a template that requires no section also <c>not-empty</c>. The document passes when none is <see cref="RuleStatus.Failed"/>.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c> when the document cannot be read as Markdown.</exception>
    public static IReadOnlyList<RuleResult> Check(HandoverTemplate template, string document) =>
        Check(template, MarkdownOutline.Parse(document));

    /// <summary>The same for a document that has been read already.</summary>
    public static IReadOnlyList<RuleResult> Check(HandoverTemplate template, MarkdownOutline document) =>
        Check(Of(template, [], withFrontMatter: false), document, CitationReport.None);

    /// <summary>One result a rule, in their order.</summary>
    internal static IReadOnlyList<RuleResult> Check(IReadOnlyList<HandoverRule> rules, MarkdownOutline document, CitationReport cited) =>
        [.. rules.Where(rule => rule is not FrontMatterValidRule || document.FrontMatter is not null).Select(rule => rule.Check(document, cited))];

    /// <summary>
    /// The rules of a template: its own <c>REQUIRED</c> marks, the given ones, and those that hold for every document. A given rule about
    /// the same takes the place of one that would be there anyway, so that a project can make it a warning.
    /// </summary>
    internal static IReadOnlyList<HandoverRule> Of(HandoverTemplate template, IReadOnlyList<HandoverRule> given, bool withFrontMatter = true)
    {
        List<HandoverRule> rules = [.. Marked(template, given), .. given];
        if (!rules.Any(rule => rule is RequiredSectionRule))
            rules.Add(new NotEmptyRule());
        if (!given.Any(rule => rule is NoPlaceholdersLeftRule))
            rules.Add(new NoPlaceholdersLeftRule());
        if (withFrontMatter && !given.Any(rule => rule is FrontMatterValidRule))
            rules.Add(new FrontMatterValidRule(FrontMatterValidRule.DefaultName, RuleSeverity.Warning));
        return rules;
    }

    private static IEnumerable<HandoverRule> Marked(HandoverTemplate template, IReadOnlyList<HandoverRule> given)
    {
        HashSet<string> taken = [.. given.Select(rule => rule.Name)];
        foreach (OutlineSection section in template.Required)
            if (!given.Any(rule => rule is RequiredSectionRule named && named.Key.Matches(section.Key)))
                yield return new RequiredSectionRule(Unique($"required-section-{Slug(section.Heading)}"), template, section);

        string Unique(string name)
        {
            string unique = name;
            for (int count = 2; !taken.Add(unique); count++)
                unique = $"{name}-{count}";
            return unique;
        }
    }

    private static string Slug(string heading)
    {
        IEnumerable<char> letters = HeadingKey.Of(heading).Full.Select(c => char.IsLetterOrDigit(c) ? c : ' ');
        string[] words = string.Concat(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? string.Join('-', words) : "unnamed";
    }
}
