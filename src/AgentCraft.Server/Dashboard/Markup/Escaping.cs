using System.Globalization;
using System.Text;

namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>Text as markup that shows it. What a person could not see, and what would turn the text around it, is shown by its number.</summary>
internal static class Escaping
{
    /// <summary>Appends the text.</summary>
    /// <param name="markup">To this.</param>
    /// <param name="text">Nothing for null.</param>
    /// <param name="isInTag">As the value of an attribute, where no element can be.</param>
    public static void Append(StringBuilder markup, string? text, bool isInTag)
    {
        if (text is null)
            return;
        foreach (Rune rune in text.EnumerateRunes())
            if (rune.Value < 128)
                AppendAscii(markup, (char)rune.Value);
            else if (IsHidden(rune))
                AppendHidden(markup, rune, isInTag);
            else
                markup.Append(rune.ToString());
    }

    /// <summary>Markup of a renderer, which encodes text but knows of nothing hidden.</summary>
    public static Html Reveal(string markup)
    {
        if (!markup.EnumerateRunes().Any(rune => rune.Value >= 128 && IsHidden(rune)))
            return Html.OfRenderer(markup);
        StringBuilder shown = new(markup.Length + 100);
        bool isInTag = false;
        foreach (Rune rune in markup.EnumerateRunes())
        {
            isInTag = rune.Value == '<' || (isInTag && rune.Value != '>');
            if (rune.Value >= 128 && IsHidden(rune))
                AppendHidden(shown, rune, isInTag);
            else
                shown.Append(rune.ToString());
        }
        return Html.OfRenderer(shown.ToString());
    }

    private static void AppendHidden(StringBuilder markup, Rune rune, bool isInTag)
    {
        string number = string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
        markup.Append(isInTag ? $"[{number}]" : $"<span class=\"hidden-char\">{number}</span>");
    }

    private static void AppendAscii(StringBuilder markup, char c) => _ = c switch
    {
        '<' => markup.Append("&lt;"),
        '>' => markup.Append("&gt;"),
        '&' => markup.Append("&amp;"),
        '"' => markup.Append("&quot;"),
        '\'' => markup.Append("&#39;"),
        '`' => markup.Append("&#96;"),
        '\n' or '\t' => markup.Append(c),
        < ' ' or (char)127 => markup.Append('\uFFFD'),
        _ => markup.Append(c),
    };

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
