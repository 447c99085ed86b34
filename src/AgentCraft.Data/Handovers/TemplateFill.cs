using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>One filling of a template: collects what replaces which part of its text, then writes the document once.</summary>
internal sealed class TemplateFill
{
    private readonly HandoverTemplate _template;
    private readonly MarkdownOutline _outline;
    private readonly string _newLine;
    private readonly List<Edit> _replaced = [];
    private readonly List<string> _added = [];
    private readonly HashSet<string> _answered = new(StringComparer.OrdinalIgnoreCase);

    public TemplateFill(HandoverTemplate template)
    {
        (_template, _outline) = (template, template.Outline);
        _newLine = template.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
    }

    public string Fill(IReadOnlyDictionary<string, string> facts, IReadOnlyDictionary<string, string> sections)
    {
        foreach ((OutlineSection? section, string heading, string markdown) in Matched(sections))
            if (section is null || IsReplaced(section.BodyStart))
                Add(heading, markdown);
            else
                Replace(section, markdown);
        return Write([.. _replaced.Concat(Filled(facts)).OrderBy(edit => edit.Start)]);
    }

    /// <summary>Replaces placeholders of either kind by what an author says, and sections as filling does.</summary>
    /// <param name="answers">Placeholder to Markdown, with or without its brackets or braces.</param>
    /// <param name="sections">Heading to Markdown.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c> for a placeholder that is not open there.</exception>
    public string Revise(IReadOnlyDictionary<string, string> answers, IReadOnlyDictionary<string, string> sections)
    {
        Dictionary<string, string> wanted = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string place, string text) in answers)
            if (!wanted.TryAdd(Bare(place), text))
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Two of fill are '{OneLine.Short(Bare(place), 60)}'.", "Give each placeholder once.");
        foreach (Slot slot in _outline.Slots)
            if (wanted.TryGetValue(Bare(_outline.Text[slot.Start..slot.End]), out string? text))
            {
                _answered.Add(Bare(_outline.Text[slot.Start..slot.End]));
                _replaced.Add(new(slot.Start, slot.End, Answer(slot, text)));
            }
        if (wanted.Keys.FirstOrDefault(place => !_answered.Contains(place)) is { } unknown)
            throw NotOpen(unknown);
        foreach ((OutlineSection? section, string heading, string markdown) in Matched(sections))
            if (section is null)
                Add(heading, markdown);
            else
            {
                _replaced.RemoveAll(edit => section.Contains(edit.Start));
                Replace(section, markdown);
            }
        return Write([.. _replaced.OrderBy(edit => edit.Start)]);
    }

    private string Answer(Slot slot, string text)
    {
        if (IsFrontMatter(slot))
            return YamlScalar.Fit(_outline.Text, slot, text);
        OutlineSection? section = _outline.Sections.LastOrDefault(s => s.Contains(slot.Start));
        bool isInHeading = _outline.Sections.Any(s => s.HeadingStart <= slot.Start && slot.Start < s.BodyStart);
        return isInHeading ? OneLine.Of(text) : SectionText.Fit(text, section?.Heading ?? "", section?.Level ?? 1, _newLine);
    }

    private AgentCraftException NotOpen(string place)
    {
        List<string> open = [.. _outline.Placeholders.Select(p => p.Text).Distinct()];
        string shown = OneLine.Short(place, 60);
        return new(ErrorCodes.NotFound, $"No placeholder '{shown}' is open.", open.Count == 0 ? "None is; use sections to change what is written."
            : $"{Text.DidYouMean(shown, open.Select(Bare).Where(text => text.Length < 100))}Open: {Shown.List([.. open.Select(text => OneLine.Short(text, 60))], 5)}.");
    }

    /// <summary>A placeholder without its brackets or braces.</summary>
    private static string Bare(string place)
    {
        string text = OneLine.Of(place);
        if (text.StartsWith("{{", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal) && text.Length >= 4)
            return text[2..^2].Trim();
        return text is ['[', .., ']'] ? text[1..^1].Trim() : text;
    }

    private IEnumerable<Edit> Filled(IReadOnlyDictionary<string, string> facts)
    {
        foreach (Slot slot in _outline.Slots)
            if (slot.Name is { } name && facts.TryGetValue(name, out string? fact) && !IsReplaced(slot.Start))
                yield return new(slot.Start, slot.End, IsFrontMatter(slot) ? YamlScalar.Fit(_outline.Text, slot, fact) : fact);
    }

    private bool IsFrontMatter(Slot slot) => slot.End <= _outline.FrontMatterEnd;

    /// <summary>The sections that say something, each with the one of the template that it fills, in the template's order.</summary>
    private IEnumerable<(OutlineSection? Section, string Heading, string Markdown)> Matched(IReadOnlyDictionary<string, string> sections)
    {
        HashSet<string> seen = [];
        List<(OutlineSection? Section, string Heading, string Markdown)> matched = [];
        foreach ((string heading, string markdown) in sections)
        {
            string name = OneLine.Of(heading.Trim().TrimStart('#'));
            if (name.Length == 0)
                throw new AgentCraftException(ErrorCodes.InvalidArgument, "A section has a blank heading.", "Name it, for example 'Goal'.");
            OutlineSection? section = _outline.Find(name);
            if (!seen.Add(section is null ? HeadingKey.Of(name).Full : $"{section.BodyStart}"))
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Two of the sections are '{section?.Heading ?? name}'.",
                    "Give each section once, and put its whole text there.");
            if (!string.IsNullOrWhiteSpace(markdown))
                matched.Add((section, name, markdown));
        }
        return matched.OrderBy(match => match.Section?.BodyStart ?? int.MaxValue);
    }

    private void Replace(OutlineSection section, string markdown)
    {
        int end = HoldsRequired(section) ? section.OwnEnd : section.End;
        StringBuilder text = new();
        if (!EndsLine(_outline.Text, section.BodyStart))
            text.Append(_newLine);
        // The first mark only: a later one is in a text that was filled in before.
        Range[] marks = [.. section.Comments.Where(_template.IsRequiredMark).Take(1)];
        if (marks is [var mark] && mark.Start.Value >= section.BodyStart)
            text.Append(_outline.Text[mark]).Append(_newLine);
        text.Append(_newLine).Append(SectionText.Fit(markdown, section.Heading, section.Level, _newLine)).Append(_newLine);
        if (end < _outline.Text.Length)
            text.Append(_newLine);
        _replaced.Add(new(section.BodyStart, end, text.ToString()));
    }

    private void Add(string heading, string markdown)
    {
        const int Level = 2;
        _added.Add($"## {heading}{_newLine}{_newLine}{SectionText.Fit(markdown, heading, Level, _newLine)}{_newLine}");
    }

    private string Write(IReadOnlyList<Edit> edits)
    {
        StringBuilder document = new(_outline.Text.Length * 2);
        int at = 0;
        foreach (Edit edit in edits)
        {
            document.Append(_outline.Text, at, edit.Start - at).Append(edit.Text);
            at = edit.End;
        }
        document.Append(_outline.Text, at, _outline.Text.Length - at);
        return _added.Count == 0 ? document.ToString() : Append(document.ToString());
    }

    private string Append(string document)
    {
        // A template that leaves a fence or comment open at its end would swallow what is added.
        string before = SectionText.Closed(document.TrimEnd());
        return before + (before.Length > 0 ? _newLine + _newLine : "") + string.Join(_newLine, _added);
    }

    // A title's section holds the whole document; text for it must not push the required sections out.
    private bool HoldsRequired(OutlineSection section) =>
        _template.Required.Any(inner => inner != section && section.Contains(inner.BodyStart - 1));

    private bool IsReplaced(int offset) => _replaced.Any(edit => edit.Start <= offset && offset < edit.End);

    private static bool EndsLine(string text, int at) => at > 0 && text[at - 1] is '\r' or '\n';

    private readonly record struct Edit(int Start, int End, string Text);
}
