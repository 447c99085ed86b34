using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace AgentCraft.Data;

/// <summary>
/// Escapes what JSON demands and, as <c>\u200b</c>, what cannot be seen: nothing is lost, and no terminal obeys it. A model should read é and
/// 🎉, which the framework's most relaxed encoder still escapes. The output is never put into HTML.
/// </summary>
/// <param name="hidden">False leaves what cannot be seen as it is, where <see cref="VisibleText"/> has seen to it.</param>
public sealed unsafe class PlainJsonEncoder(bool hidden = true) : JavaScriptEncoder
{
    private const int SurrogateHalf = 6;

    // Most text is nothing but these, and looked over many at a time.
    private static readonly SearchValues<char> Harmless = SearchValues.Create([.. Enumerable.Range(' ', 0x7F - ' ').Select(c => (char)c).Where(c => c is not ('"' or '\\'))]);

    /// <summary><c>\udb40\udc41</c></summary>
    public override int MaxOutputCharactersPerInputCharacter => 2 * SurrogateHalf;

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        ReadOnlySpan<char> characters = new(text, textLength);
        for (int i = characters.IndexOfAnyExcept(Harmless); i >= 0 && i < characters.Length; i++)
        {
            char c = characters[i];
            if (Harmless.Contains(c))
                continue;
            if (char.IsHighSurrogate(c) && i + 1 < characters.Length && char.IsLowSurrogate(characters[i + 1]))
            {
                if (WillEncode(char.ConvertToUtf32(c, characters[i + 1])))
                    return i;
                i++;
            }
            else if (WillEncode(c))
                return i;
        }
        return -1;
    }

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\' or 0x7F || (hidden && unicodeScalar > 0x7F && VisibleText.IsHidden(unicodeScalar));

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        Span<char> output = new(buffer, bufferLength);
        string escaped = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            < 0x10000 => $"\\u{unicodeScalar:x4}",
            _ => string.Concat(new Rune(unicodeScalar).ToString().Select(half => $"\\u{(int)half:x4}")),
        };
        bool fits = escaped.TryCopyTo(output);
        numberOfCharactersWritten = fits ? escaped.Length : 0;
        return fits;
    }
}
