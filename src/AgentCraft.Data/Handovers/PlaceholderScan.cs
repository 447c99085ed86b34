using System.Text.RegularExpressions;

namespace AgentCraft.Data.Handovers;

/// <summary>A placeholder's place: its first and last glyph in its block, its source up to before <c>End</c>, and its name when
/// it is written <c>{{name}}</c>.</summary>
internal readonly record struct Slot(int First, int Last, int Start, int End, string? Name);

/// <summary>Finds the placeholders of one block.</summary>
internal sealed partial class PlaceholderScan(IReadOnlyList<Glyph> glyphs)
{
    private const int LongestIdiom = 100;

    // How a footnote, an alert, a citation, an issue, a quoted array or an option begins.
    private const string NeverFirst = "^!@#\"'-";

    /// <summary>All placeholders, in order; of brackets within brackets only the outer pair.</summary>
    public static IReadOnlyList<Slot> Of(IReadOnlyList<Glyph> glyphs)
    {
        PlaceholderScan scan = new(glyphs);
        return [.. scan.Named().Concat(scan.Prompts()).OrderBy(slot => slot.First)];
    }

    // What a program writes in brackets: the level of a line of a log, a set of characters, what git says of a commit.
    [GeneratedRegex(@"^(?:(?:trace|debug|info|notice|warn|warning|error|critical|fatal)|\^?(?>(?:[A-Za-z0-9]-[A-Za-z0-9]|\\[wdsWDS]|[!-/:-@\[-`{-~])+)|\S+(?: \(.*\))? (?=[a-f]*[0-9])[0-9a-f]{7,40})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Idiom();

    private Slot SlotOf(int first, int last, string? name = null) =>
        new(first, last, glyphs[first].Offset, glyphs[last].Offset + 1, name);

    private IEnumerable<Slot> Named()
    {
        for (int i = 0; i + 1 < glyphs.Count; i++)
        {
            if (!IsPair(i, '{'))
                continue;
            int close = i + 2;
            while (close < glyphs.Count && glyphs[close].Char is not ('{' or '}' or '\n') && (glyphs[close].Role & GlyphRole.Brace) != 0)
                close++;
            string name = TextOf(i + 2, close).Trim();
            // "${{ secret }}" belongs to a build file, not to a template.
            // Names begin with a letter; "{{ .Name }}", "{{#if x}}", "{{- end }}" are another program's.
            if (IsPair(close, '}') && name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && Before(i) != '$')
                yield return SlotOf(i, close + 1, name);
            // A third brace may open the real pair, so it gets its turn.
            bool third = close == i + 2 && close < glyphs.Count && glyphs[close].Char == '{';
            i = third ? i : close - 1;
        }
    }

    private IEnumerable<Slot> Prompts()
    {
        int covered = -1;
        foreach ((int open, int close) in Pairs().OrderBy(pair => pair.Open))
        {
            if (open <= covered)
                continue;
            covered = close;
            if (IsPrompt(open, close))
                yield return SlotOf(open, close);
        }
    }

    private List<(int Open, int Close)> Pairs()
    {
        List<(int, int)> pairs = [];
        Stack<int> open = [];
        for (int i = 0; i < glyphs.Count; i++)
            if (glyphs[i].Is('[', GlyphRole.Bracket))
                open.Push(i);
            else if (glyphs[i].Is(']', GlyphRole.Bracket) && open.TryPop(out int start))
                pairs.Add((start, i));
        return pairs;
    }

    private bool IsPrompt(int open, int close) =>
        SaysSomething(open + 1, close)
        && !IsWikiLink(open, close)
        // array[index], the second half of [text][reference], an image whose address has blanks in it
        && !(Before(open) is var before && (char.IsAsciiLetterOrDigit(before) || before is ']' or '!' or '_'))
        // the first half of a reference, a link whose address has blanks in it
        && After(close) is not ('(' or '[')
        && !IsDefinition(open, close)
        && !(close - open <= LongestIdiom && Idiom().IsMatch(TextOf(open + 1, close)));

    // Two letters side by side: [x], [1], [ ], [12a], [P1], [1, p. 5] have none.
    private bool SaysSomething(int from, int to)
    {
        while (from < to && char.IsWhiteSpace(glyphs[from].Char))
            from++;
        if (from == to || NeverFirst.Contains(glyphs[from].Char))
            return false;
        for (int i = from + 1; i < to; i++)
            if (IsWord(glyphs[i]) && IsWord(glyphs[i - 1]))
                return true;
        return false;
    }

    private static bool IsWord(Glyph glyph) => glyph.IsContent && (glyph.Role & GlyphRole.Solid) == 0 && !char.IsDigit(glyph.Char);

    private bool IsWikiLink(int open, int close) =>
        glyphs[open + 1].Is('[', GlyphRole.Bracket) && glyphs[close - 1].Is(']', GlyphRole.Bracket);

    // "[name]: address" on a line of its own, which Markdig leaves as text when it comes straight after other text.
    private bool IsDefinition(int open, int close)
    {
        if (After(close) != ':' || open > 0 && glyphs[open - 1].Char != '\n')
            return false;
        int end = close + 2;
        while (end < glyphs.Count && glyphs[end].Char != '\n')
            end++;
        string address = TextOf(close + 2, end).Trim();
        return address.Length > 0 && !address.Any(char.IsWhiteSpace);
    }

    private bool IsPair(int at, char brace) =>
        at + 1 < glyphs.Count && glyphs[at].Is(brace, GlyphRole.Brace) && glyphs[at + 1].Is(brace, GlyphRole.Brace)
        && glyphs[at + 1].Offset == glyphs[at].Offset + 1;

    private char Before(int at) => at > 0 && glyphs[at - 1].Offset == glyphs[at].Offset - 1 ? glyphs[at - 1].Char : '\0';

    private char After(int at) => at + 1 < glyphs.Count && glyphs[at + 1].Offset == glyphs[at].Offset + 1 ? glyphs[at + 1].Char : '\0';

    private string TextOf(int from, int to) =>
        from >= to ? "" : string.Create(to - from, (glyphs, from), static (text, at) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = at.glyphs[at.from + i].Char;
        });
}
