using System.Globalization;
using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>Names that others chose (files, branches, metrics), made fit for a line of a document or a message.</summary>
internal static class Shown
{
    private const int Longest = 200;

    /// <summary>As plain text of Markdown, in which nothing is markup.</summary>
    public static string Plain(string name, int length = Longest) => MarkdownLiteral.Of(Printable(name), length);

    /// <summary>As code, so that it cannot become a heading, a link or a placeholder.</summary>
    public static string Code(string name) => $"`{OneLine.Short(Printable(name), Longest).Replace('`', '\'')}`";

    /// <summary>"a, b and 3 more".</summary>
    public static string List(IReadOnlyCollection<string> names, int most) =>
        string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {(names.Count - most).ToString("N0", CultureInfo.InvariantCulture)} more" : "");

    /// <summary>"1 file", "2 files".</summary>
    public static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    // A name can hold line breaks, escape sequences and marks that turn the direction of writing.
    private static string Printable(string name)
    {
        StringBuilder text = new(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
            text.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse ? "\uFFFD" : rune.ToString());
        return text.ToString();
    }
}
