using System.Globalization;
using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// Puts a fact into front matter so that the YAML keeps its shape whatever the fact says: a title with quotes or a line break must not
/// end the front matter or add a key. A fact is Markdown and front matter is not, so the backslashes of Markdown are taken off.
/// </summary>
internal static class YamlScalar
{
    /// <summary>The fact as it fits at <paramref name="slot"/>: inside the template's quotes if it has them, else in quotes of its own
    /// where YAML needs them.</summary>
    public static string Fit(string source, Slot slot, string markdown)
    {
        string fact = Plain(markdown);
        int lineStart = source.LastIndexOfAny(['\n', '\r'], slot.Start) + 1;
        string before = source[lineStart..slot.Start];
        if (before.Count(c => c == '"') % 2 == 1)
            return Escaped(fact);
        if (before.Count(c => c == '\'') % 2 == 1)
            return OneLine.Of(fact).Replace("'", "''");
        return IsPlain(fact) ? fact : $"\"{Escaped(fact)}\"";
    }

    private static string Plain(string markdown)
    {
        StringBuilder text = new(markdown.Length);
        for (int i = 0; i < markdown.Length; i++)
            if (markdown[i] != '\\' || i + 1 == markdown.Length || !char.IsAscii(markdown[i + 1]) || char.IsLetterOrDigit(markdown[i + 1])
                || char.IsWhiteSpace(markdown[i + 1]))
                text.Append(markdown[i]);
            else
                text.Append(markdown[++i]);
        return text.ToString();
    }

    private static bool IsPlain(string fact) =>
        fact.Length > 0 && char.IsLetterOrDigit(fact[0]) && char.IsLetterOrDigit(fact[^1])
        && fact.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '/' or ':')
        && !fact.Contains(": ", StringComparison.Ordinal)
        && fact.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off");

    private static string Escaped(string fact)
    {
        StringBuilder text = new(fact.Length + 8);
        foreach (char c in fact)
            text.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\u2028' or '\u2029' or '\u0085' or < ' ' or '\u007F' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        // Two braces that were a fact must not look like a placeholder afterwards.
        return text.Replace("{{", "{\\x7B").ToString();
    }
}
