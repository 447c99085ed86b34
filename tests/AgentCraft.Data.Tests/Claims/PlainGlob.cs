using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.Tests.Claims;

/// <summary>What globs mean, said in another way than the program's: braces written out, then a regular expression, tried on all short paths.</summary>
internal static class PlainGlob
{
    public const int LongestPath = 6;
    private const string Directories = "§";
    private static readonly string[] Paths = [.. AllPaths()];
    private static readonly ConcurrentDictionary<string, bool[]> Matches = [];

    /// <summary>A path that both match; null when no short one does.</summary>
    public static string? Witness(string a, string b)
    {
        bool[] one = MatchesOf(a), other = MatchesOf(b);
        int found = Enumerable.Range(0, Paths.Length).FirstOrDefault(i => one[i] && other[i], -1);
        return found < 0 ? null : Paths[found];
    }

    /// <summary>About the length of the shortest match that has every alternative of a pattern in it.</summary>
    public static int LongestNeeded(string pattern) => WriteOut(pattern).Max(way => way.Length);

    private static bool[] MatchesOf(string pattern) => Matches.GetOrAdd(pattern, _ =>
    {
        Regex[] ways = [.. WriteOut(WithoutDots(pattern)).Select(way => new Regex(ToRegex(way), RegexOptions.CultureInvariant))];
        return [.. Paths.Select(path => ways.Any(way => way.IsMatch(path)))];
    });

    private static string WithoutDots(string pattern)
    {
        string[] names = pattern.Split('/');
        string rest = string.Join('/', names.Where((name, i) => name != "." || (i == names.Length - 1 && i > 0))).TrimStart('/');
        // Two stars are what is written together, not what braces put side by side.
        return Regex.Replace(rest is "" or "." ? "**" : rest, @"\*{2,}", Directories);
    }

    private static IEnumerable<string> AllPaths()
    {
        List<string> texts = [""];
        for (int length = 1; length <= LongestPath; length++)
        {
            texts = [.. texts.SelectMany(text => "ab./".Select(c => text + c))];
            foreach (string text in texts)
                if (text.Split('/').All(name => name is not ("" or "." or "..")))
                    yield return text;
        }
    }

    private static List<string> WriteOut(string pattern)
    {
        int open = pattern.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            return [pattern];
        (List<string> ways, int close) = Split(pattern, open);
        return [.. ways.SelectMany(way => WriteOut(pattern[..open] + way + pattern[(close + 1)..]))];
    }

    private static (List<string> Ways, int Close) Split(string pattern, int open)
    {
        List<string> ways = [];
        int depth = 0, begin = open + 1;
        for (int i = open; ; i++)
        {
            depth += pattern[i] == '{' ? 1 : pattern[i] == '}' ? -1 : 0;
            if (depth == 0 || (depth == 1 && pattern[i] == ','))
            {
                ways.Add(pattern[begin..i]);
                begin = i + 1;
            }
            if (depth == 0)
                return (ways, i);
        }
    }

    private static string ToRegex(string way)
    {
        string[] names = [.. way.Split('/').Where((name, i) => name.Length > 0 || i == 0)];
        if (way.EndsWith('/'))
            names = [.. names, Directories];
        StringBuilder regex = new("^");
        for (int i = 0; i < names.Length; i++)
        {
            bool last = i == names.Length - 1;
            if (names[i] == Directories)
                regex.Append(last ? ".+" : "(?:[^/]+/)*");
            else
                regex.Append(ToName(names[i])).Append(last ? "" : "/");
        }
        return regex.Append('$').ToString();
    }

    private static string ToName(string name)
    {
        StringBuilder regex = new();
        for (int i = 0; i < name.Length; i++)
            switch (name[i])
            {
                case '*' or '§':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[':
                    int close = name.IndexOf(']', i + 1);
                    bool negated = name[i + 1] == '!';
                    regex.Append("(?!/)[").Append(negated ? "^" : "").Append(name[(i + (negated ? 2 : 1))..close]).Append(']');
                    i = close;
                    break;
                default:
                    regex.Append(Regex.Escape(name[i].ToString()));
                    break;
            }
        return regex.ToString();
    }
}
