using System.Text;
using AgentCraft.Data;

namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>Text as markup that shows it; what a person could not see, and what would turn the text around it, as <see cref="VisibleText"/> spells it.</summary>
internal static class Escaping
{
    /// <summary>Appends the text.</summary>
    /// <param name="markup">To this.</param>
    /// <param name="text">Nothing for null.</param>
    /// <param name="isInTag">As the value of an attribute, where no element can be.</param>
    public static void Append(StringBuilder markup, string? text, bool isInTag) => Walk(text, (rune, isHidden) =>
    {
        if (isHidden)
            AppendHidden(markup, rune, isInTag);
        else if (Entity(rune.Value) is { } entity)
            markup.Append(entity);
        else
            AppendRune(markup, rune);
    });

    /// <summary>Markup of a renderer, which encodes text but knows of nothing hidden.</summary>
    public static Html Reveal(string markup)
    {
        StringBuilder shown = new(markup.Length + 100);
        bool isInTag = false;
        Walk(markup, (rune, isHidden) =>
        {
            isInTag = rune.Value == '<' || (isInTag && rune.Value != '>');
            if (isHidden)
                AppendHidden(shown, rune, isInTag);
            else
                AppendRune(shown, rune);
        });
        return Html.OfRenderer(shown.ToString());
    }

    private static void Walk(string? text, Action<Rune, bool> each)
    {
        Rune previous = default;
        Rune? held = null;
        foreach (Rune next in (text ?? "").EnumerateRunes())
        {
            if (held is { } rune)
            {
                each(rune, !VisibleText.Keeps(previous, rune, next));
                previous = rune;
            }
            held = next;
        }
        if (held is { } last)
            each(last, !VisibleText.Keeps(previous, last, default));
    }

    private static void AppendHidden(StringBuilder markup, Rune rune, bool isInTag)
    {
        string number = VisibleText.Escape(rune.Value);
        markup.Append(isInTag ? number : $"<span class=\"hidden-char\">{number}</span>");
    }

    private static void AppendRune(StringBuilder markup, Rune rune)
    {
        Span<char> characters = stackalloc char[2];
        markup.Append(characters[..rune.EncodeToUtf16(characters)]);
    }

    private static string? Entity(int scalar) => scalar switch
    {
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '`' => "&#96;",
        _ => null,
    };
}
