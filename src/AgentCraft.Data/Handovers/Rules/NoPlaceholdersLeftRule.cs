namespace AgentCraft.Data.Handovers;

/// <summary>No <c>{{name}}</c> and no <c>[Text like this]</c> may be left.</summary>
internal sealed class NoPlaceholdersLeftRule(string name = NoPlaceholdersLeftRule.DefaultName, RuleSeverity severity = RuleSeverity.Error)
    : HandoverRule(name, RuleType.ValidationRule, severity)
{
    public const string DefaultName = "no-placeholders-left";

    private const int Shown = 5;
    private const int ShownLength = 60;

    public override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        IReadOnlyList<Placeholder> open = document.Placeholders;
        if (open.Count == 0)
            return Passed(null, "No placeholder is left.");
        string more = open.Count > Shown ? $" and {open.Count - Shown:N0} more" : "";
        return Broken(open[0].Line, $"{Counted(open.Count)} left: {List(open)}{more}. Replace each with text; "
            + "brackets that mean themselves go into `code`, or are written \\[so].");
    }

    /// <summary>The first few: <c>[What was decided] (line 12), {{branch}} (line 14)</c>.</summary>
    internal static string List(IEnumerable<Placeholder> placeholders) =>
        string.Join(", ", placeholders.Take(Shown).Select(open => $"{OneLine.Short(open.Text, ShownLength)} (line {open.Line})"));

    private static string Counted(int count) => count == 1 ? "1 placeholder is" : $"{count:N0} placeholders are";
}
