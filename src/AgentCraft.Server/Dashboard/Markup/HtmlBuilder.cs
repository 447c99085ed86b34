using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace AgentCraft.Server.Dashboard.Markup;

/// <summary>
/// Writes an interpolated text as markup: what stands in the program is markup, what is put in is encoded, always. There is no way to put in
/// anything but text, whole numbers, links and markup, so no type can bring its own spelling.
/// </summary>
[InterpolatedStringHandler]
internal ref struct HtmlBuilder(int literalLength, int formattedCount)
{
    private readonly StringBuilder _markup = new(literalLength + (formattedCount * 24));
    private bool _isInTag;

    public void AppendLiteral(string literal)
    {
        _markup.Append(literal);
        if (literal.LastIndexOfAny(['<', '>']) is >= 0 and var last)
            _isInTag = literal[last] == '<';
    }

    public readonly void AppendFormatted(Html markup) => _markup.Append(markup.ToString());

    public readonly void AppendFormatted(string? text)
    {
        CheckPlace(isLink: false);
        Escaping.Append(_markup, text, _isInTag);
    }

    public readonly void AppendFormatted(long number)
    {
        CheckPlace(isLink: true);
        _markup.Append(number.ToString(CultureInfo.InvariantCulture));
    }

    public readonly void AppendFormatted(Link link)
    {
        CheckPlace(isLink: true);
        Escaping.Append(_markup, link.ToString(), _isInTag);
    }

    public readonly string Take() => _markup.ToString();

    // Encoding makes a text safe between tags and in quotes. It cannot where there are no quotes, nor make an address of it.
    private readonly void CheckPlace(bool isLink)
    {
        if (_markup.Length > 0 && _markup[^1] == '=')
            throw new InvalidOperationException("An attribute needs quotes around what is put into it.");
        if (!isLink && (EndsWith("href=\"") || EndsWith("src=\"") || EndsWith("action=\"")))
            throw new InvalidOperationException("Only a Link can be an address.");
    }

    private readonly bool EndsWith(string end) =>
        _markup.Length >= end.Length && _markup.ToString(_markup.Length - end.Length, end.Length) == end;
}
