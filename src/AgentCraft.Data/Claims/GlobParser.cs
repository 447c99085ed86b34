using System.Text;

namespace AgentCraft.Data.Claims;

/// <summary>Reads a pattern: names, <c>*</c>, <c>**</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, <c>{a,b}</c> nested, and <c>\</c> before any of these.</summary>
internal sealed class GlobParser
{
    private const int DeepestBraces = 10;
    private const string Special = "*?[]{},!^-\\~";

    private readonly int[] _text;
    private readonly string _pattern;
    private int _at;
    private int _braces;

    private GlobParser(string pattern) => (_pattern, _text) = (pattern, [.. pattern.EnumerateRunes().Select(rune => rune.Value)]);

    /// <exception cref="AgentCraftException"><c>invalid_pattern</c></exception>
    public static IReadOnlyList<GlobNode> Parse(string pattern)
    {
        GlobParser parser = new(pattern);
        List<GlobNode> nodes = parser.Sequence();
        return parser.Settled(nodes, atStart: true, atEnd: true);
    }

    /// <summary>True when the first character of what is matched may be a slash.</summary>
    public static bool MayBeginWithSlash(IEnumerable<GlobNode> nodes)
    {
        foreach (GlobNode node in nodes)
            switch (node)
            {
                case GlobNode.Separator:
                    return true;
                case GlobNode.Either either when either.Ways.Any(MayBeginWithSlash):
                    return true;
                case GlobNode.Either when MayBeNothing(node):
                    continue;
                default:
                    return false;
            }
        return false;
    }

    private static bool MayBeNothing(GlobNode node) => node is GlobNode.Either either && either.Ways.Any(way => way.All(MayBeNothing));

    private List<GlobNode> Sequence()
    {
        List<GlobNode> nodes = [];
        while (_at < _text.Length && !(_braces > 0 && _text[_at] is (',' or '}')))
            nodes.Add(Next());
        return nodes;
    }

    private GlobNode Next()
    {
        int character = _text[_at++];
        switch (character)
        {
            case '/':
                return new GlobNode.Separator();
            case '?':
                return new GlobNode.One(CharSet.NoSlash);
            case '*':
                return Stars();
            case '[':
                return Class();
            case '{':
                return Braces();
            case '}' or ']':
                throw Invalid($"'{(char)character}' closes nothing", $"Write \\{(char)character} for the character itself.");
            case '\\':
                return new GlobNode.One(CharSet.Of(Escaped()));
            default:
                return new GlobNode.One(CharSet.Of(character));
        }
    }

    private GlobNode Stars()
    {
        int begin = _at;
        while (_at < _text.Length && _text[_at] == '*')
            _at++;
        return _at - begin == 0 ? new GlobNode.Star() : new GlobNode.TwoStars();
    }

    private int Escaped()
    {
        if (_at < _text.Length && _text[_at] < 128 && Special.Contains((char)_text[_at]))
            return _text[_at++];
        throw Invalid("'\\' stands before nothing special", "Write directories with '/', also on Windows; '\\' only takes the meaning from * ? [ ] { } , ! ^ - ~ and itself.");
    }

    private GlobNode Class()
    {
        bool negated = _at < _text.Length && _text[_at] is ('!' or '^');
        if (negated)
            _at++;
        List<(int Low, int High)> ranges = [];
        for (bool first = true; ; first = false)
        {
            if (_at >= _text.Length)
                throw Invalid("'[' is not closed", "Write [abc] or [a-z], or \\[ for the character itself.");
            if (_text[_at] == ']' && !first)
                break;
            if (_text[_at] == '[' && _at + 1 < _text.Length && _text[_at + 1] is (':' or '.' or '='))
                throw Invalid("classes such as [[:alpha:]] are not known", "Write the ranges, such as [A-Za-z].");
            int low = ClassCharacter(), high = low;
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                high = ClassCharacter();
            }
            if (low > high)
                throw Invalid("a range goes backwards", "Write the smaller character first, such as [a-z].");
            ranges.Add((low, high));
        }
        _at++;
        return new GlobNode.One(CharSet.OfClass(ranges, negated));
    }

    private int ClassCharacter()
    {
        int character = _text[_at++];
        return character switch
        {
            '/' => throw Invalid("a class never matches '/'", "Write directories outside of [ ]; {a/b,c} chooses between paths."),
            '\\' => Escaped(),
            _ => character,
        };
    }

    private GlobNode Braces()
    {
        if (++_braces > DeepestBraces)
            throw Invalid($"braces are nested deeper than {DeepestBraces}", "Claim several patterns instead.");
        List<IReadOnlyList<GlobNode>> ways = [];
        int begin = _at;
        do
        {
            ways.Add(Sequence());
            if (_at >= _text.Length)
                throw Invalid("'{' is not closed", "Write {a,b}, or \\{ for the character itself.");
        }
        while (_text[_at++] == ',');
        _braces--;
        if (ways.Count == 1 && IsRange(begin, _at - 1))
            throw Invalid("ranges such as {1..3} are not known", "List them: {1,2,3}, or use a class: [1-3].");
        return new GlobNode.Either(ways);
    }

    private bool IsRange(int begin, int end)
    {
        string inside = string.Concat(_text[begin..end].Select(c => new Rune(c).ToString()));
        return inside.Split("..") is [{ Length: > 0 } from, { Length: > 0 } to] && (from + to).All(char.IsAsciiLetterOrDigit);
    }

    /// <summary>Two stars are directories where they stand alone between slashes, else they are as one; beside braces that could be either.</summary>
    private List<GlobNode> Settled(IReadOnlyList<GlobNode> nodes, bool? atStart, bool? atEnd)
    {
        List<GlobNode> settled = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            bool? before = i == 0 ? atStart : IsBoundary(nodes[i - 1]), after = i == nodes.Count - 1 ? atEnd : IsBoundary(nodes[i + 1]);
            settled.Add(nodes[i] switch
            {
                GlobNode.TwoStars => before == false || after == false ? new GlobNode.Star()
                    : before == true && after == true ? new GlobNode.Directories()
                    : throw Invalid("'**' stands beside braces", "Write ** between slashes, such as {a,b}/**, or claim several patterns."),
                GlobNode.Either either => new GlobNode.Either([.. either.Ways.Select(way => Settled(way, before, after))]),
                _ => nodes[i],
            });
        }
        return settled;
    }

    private static bool? IsBoundary(GlobNode node) => node switch
    {
        GlobNode.Separator => true,
        GlobNode.Either => null,
        _ => false,
    };

    private AgentCraftException Invalid(string fault, string hint) =>
        new(ErrorCodes.InvalidPattern, $"The pattern '{Text.Shown(_pattern)}' cannot be read: {fault}.", hint);
}
