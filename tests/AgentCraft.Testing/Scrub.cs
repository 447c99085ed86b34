using System.Text.RegularExpressions;

namespace AgentCraft.Testing;

/// <summary>
/// Replaces what changes from run to run by tokens numbered in order of first appearance (<c>msg_1</c>, <c>cursor_2</c>), the same
/// value always by the same token, so that approved answers can be read and still show which ids are equal.
/// One scrubber keeps its numbers over several texts.
/// </summary>
/// <param name="paths">Paths that become <c>path_1</c>…, such as the root of a temporary project.</param>
public sealed class Scrub(params string[] paths)
{
    // Quotes may be escaped: an answer's text is JSON inside JSON.
    private const string Changing = """
        (?<time>\b\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d|\ ?UTC\b)?)
        |(?<backup>\b\d{8}-\d{6}-\d{3}-[0-9a-z]{6}\b)
        |\b(?<kind>agent)_[A-Za-z0-9][A-Za-z0-9._-]*?_\d{13}\b
        |\b(?<kind>[a-z]+(?:_[a-z]+)*)_\d{13}_[0-9a-z]{9}\b
        |(?<=(?:[cC]ursor|upTo)\\?"\s*:\s*\\?")(?<cursor>[^"\\]+)
        |(?<=(?:[pP]id\b|\bprocess)\\?"?[\ :=]{1,3})(?<pid>\d+)\b
        """;

    private readonly Dictionary<string, string> _tokens = [];
    private readonly Dictionary<string, int> _counts = [];
    // The longest first: the alternatives of a pattern are tried in order, and one path may begin with another.
    private readonly Regex _pattern = new(
        string.Join('|', paths.OrderByDescending(path => path.Length).Select(path => $"(?<path>{Regex.Escape(path)})").Append(Changing)),
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant);

    /// <summary>
    /// True numbers the times too (<c>time_1</c>). Only for a clock that the test controls: with a real one, whether two moments fall
    /// into the same millisecond differs from run to run, so by default every time becomes a plain <c>time</c>.
    /// </summary>
    public bool NumberTimes { get; init; }

    /// <summary>Scrubs one text with numbers of its own.</summary>
    public static string Once(string text, params string[] paths) => new Scrub(paths).Apply(text);

    /// <summary>Scrubs a text, going on with the numbers of those before.</summary>
    public string Apply(string text) => _pattern.Replace(text, Token);

    private string Token(Match match)
    {
        string kind = KindOf(match);
        if (kind == "time" && !NumberTimes)
            return kind;
        string key = $"{kind}:{match.Value}";
        if (!_tokens.TryGetValue(key, out string? token))
            _tokens[key] = token = $"{kind}_{_counts[kind] = _counts.GetValueOrDefault(kind) + 1}";
        return token;
    }

    private static string KindOf(Match match) =>
        match.Groups["kind"] is { Success: true } kind
            ? kind.Value
            : Array.Find(["path", "time", "backup", "cursor", "pid"], name => match.Groups[name].Success)!;
}
