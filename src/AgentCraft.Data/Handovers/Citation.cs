using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AgentCraft.Data.Handovers;

/// <summary>A word of a document that may name a file or a commit: code in a line, or where a link leads.</summary>
/// <param name="Text">As it stands there.</param>
/// <param name="Line">Line in the document, from 1.</param>
/// <param name="IsLink">Where a link leads, which may have blanks in it.</param>
internal sealed partial record Citation(string Text, int Line, bool IsLink)
{
    private const int Most = 500;
    private const int LongestPath = 300;

    // A dotted word such as System.Text or v1.2 is more often a name than a file, so without a slash only these endings count.
    private static readonly HashSet<string> FileEndings = new(StringComparer.Ordinal)
    {
        "md", "txt", "rst", "cs", "csproj", "sln", "fs", "vb", "props", "targets", "js", "mjs", "cjs", "ts", "tsx", "jsx", "json", "jsonc", "yaml", "yml", "toml",
        "xml", "html", "css", "scss", "sql", "py", "pyi", "rb", "go", "rs", "java", "kt", "kts", "scala", "swift", "c", "h", "cc", "cpp", "hpp", "m", "sh", "bash", "ps1",
        "bat", "cmd", "php", "lua", "dart", "ex", "exs", "proto", "graphql", "tf", "ini", "cfg", "conf", "lock", "csv", "ipynb", "vue", "svelte", "db",
    };

    /// <summary>A path relative to the root; null when this names none.</summary>
    public string? Path
    {
        get
        {
            string path = Position().Replace(Text, "");
            bool isOdd = path.Length is 0 or > LongestPath || path.AsSpan().IndexOfAny("\t\r\n*?<>|\"{}()[]$`;,=") >= 0 || !IsLink && path.Contains(' ')
                || path.Contains("://", StringComparison.Ordinal) || path.Contains(':') || path[0] is '-' or '~' or '@' or '#';
            if (isOdd)
                return null;
            while (path.StartsWith("./", StringComparison.Ordinal))
                path = path[2..];
            return path.TrimStart('/') is { Length: > 0 } relative && relative.Split('/').All(part => part is not ("" or "." or "..") || part.Length == 0 && relative.EndsWith('/'))
                ? relative.TrimEnd('/') : null;
        }
    }

    /// <summary>True when the path is surely meant as a file: it need not exist to be one.</summary>
    public bool IsSurelyFile => Path is { } path && EndingOf(path) is { Length: > 0 } ending
        && (FileEndings.Contains(ending) || path.Contains('/') && ending.Length <= 5 && ending.All(char.IsAsciiLetterLower));

    /// <summary>The id of a commit, or its beginning; null when this is none.</summary>
    public string? Commit => CommitId().IsMatch(Text) && Text.Any(char.IsAsciiDigit) && Text.Any(char.IsAsciiLetter) ? Text : null;

    /// <summary>All of a document, in its order.</summary>
    public static IEnumerable<Citation> All(MarkdownDocument document, SourceLines lines)
    {
        foreach (Inline inline in document.Descendants<Inline>().Where(inline => inline is CodeInline or LinkInline { IsImage: false, Url.Length: > 0 }).Take(Most))
            yield return new(inline is CodeInline code ? code.Content.Trim() : Unescaped(((LinkInline)inline).Url!), lines.LineOf(Math.Max(inline.Span.Start, 0)), inline is LinkInline);
    }

    private static string Unescaped(string url) => Uri.UnescapeDataString(url.Split('#', '?')[0]);

    private static string EndingOf(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        int dot = name.LastIndexOf('.');
        return dot > 0 ? name[(dot + 1)..] : "";
    }

    [GeneratedRegex(@"(:\d+(-\d+)?(:\d+)?|#L\d+(-L?\d+)?)$")]
    private static partial Regex Position();

    [GeneratedRegex("^[0-9a-f]{7,40}$")]
    private static partial Regex CommitId();
}
