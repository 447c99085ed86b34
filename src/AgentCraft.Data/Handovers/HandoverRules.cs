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
        [.. RulesOf(template).Select(rule => rule.Check(document))];

    private static IEnumerable<HandoverRule> RulesOf(HandoverTemplate template)
    {
        Dictionary<string, int> names = [];
        foreach (OutlineSection section in template.Required)
            yield return new RequiredSectionRule(Unique($"required-section-{Slug(section.Heading)}"), template, section);
        if (template.Required.Count == 0)
            yield return new NotEmptyRule();
        yield return new NoPlaceholdersLeftRule();

        string Unique(string name)
        {
            int count = names[name] = names.GetValueOrDefault(name) + 1;
            return count > 1 ? $"{name}-{count}" : name;
        }
    }

    private static string Slug(string heading)
    {
        IEnumerable<char> letters = HeadingKey.Of(heading).Full.Select(c => char.IsLetterOrDigit(c) ? c : ' ');
        string[] words = string.Concat(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? string.Join('-', words) : "unnamed";
    }
}
