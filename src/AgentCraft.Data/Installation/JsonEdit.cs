using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Installation;

/// <summary>
/// Puts our server into a section of a JSON text, or takes it out, and leaves every other character as it is: comments, commas, blanks, line
/// ends. The text has no byte order mark.
/// </summary>
internal sealed class JsonEdit
{
    private readonly string _text, _newLine, _unit;
    private readonly ConfigNode _root;

    /// <exception cref="ConfigFault">It is no JSON object.</exception>
    public JsonEdit(string text)
    {
        (_text, _newLine) = (text, LineEnds.Of(text));
        _root = ConfigText.Read(text, isJson: true);
        if (_root.Kind != NodeKind.Object)
            throw new ConfigFault(_root.Place, $"expected an object, found {_root.Found}.");
        _unit = _root.Fields is [{ Start: var first }, ..] && IsFirstOnLine(first) && IndentAt(first) is { Length: > 0 } indent ? indent : "  ";
    }

    /// <summary>What a section has under a name; null when there is no such section or name.</summary>
    /// <exception cref="ConfigFault">The section is no object.</exception>
    public ConfigNode? Find(string section, string name) => SectionOf(section)?.Find(name);

    /// <summary>The text with this server under this name, in the place of the one that is there. Of one of ours only how it is started changes.</summary>
    /// <exception cref="ConfigFault">The section is no object.</exception>
    public string Set(string section, string name, ServerEntry entry)
    {
        string key = $"{ServerEntry.Quoted(name)}: ";
        if (SectionOf(section) is not { } servers)
            return Insert(_root, $"{ServerEntry.Quoted(section)}: {{{key}{entry}}}",
                indent => $"{ServerEntry.Quoted(section)}: {{{_newLine}{indent}{_unit}{key}{entry.ToText(_newLine, indent + _unit, _unit)}{_newLine}{indent}}}");
        if (servers.Find(name) is { } present)
            return ServerEntry.Of(present) is { IsOurs: true } ? SetStart(section, name, present, entry) : Replace(present, entry.ToText(_newLine, IndentAt(present.Start), _unit));
        return Insert(servers, $"{key}{entry}", indent => $"{key}{entry.ToText(_newLine, indent, _unit)}");
    }

    /// <summary>What a person has added to our server, its environment for instance, stays.</summary>
    private string SetStart(string section, string name, ConfigNode present, ServerEntry entry)
    {
        JsonEdit named = new(Replace(present.Find("command")!, ServerEntry.Quoted(entry.Command)));
        ConfigNode server = named.Find(section, name)!;
        return server.Find("args") is { } arguments ? named.Replace(arguments, entry.ArgsText) : named.Insert(server, $"\"args\": {entry.ArgsText}", _ => $"\"args\": {entry.ArgsText}");
    }

    private string Replace(ConfigNode node, string text) => string.Concat(_text.AsSpan(0, node.Start), text, _text.AsSpan(node.End));

    /// <summary>The text without what the section has under a name.</summary>
    public string Remove(string section, string name)
    {
        ConfigNode servers = SectionOf(section)!;
        int at = servers.Fields.FindIndex(field => field.Name == name), close = servers.End - 1;
        ConfigField ours = servers.Fields[at];
        bool isLast = at == servers.Fields.Count - 1;
        int before = at == 0 ? servers.Start + 1 : servers.Fields[at - 1].Value.End;
        int comma = JsonGap.Comma(_text, ours.Value.End, isLast ? close : servers.Fields[at + 1].Start);
        // Behind a comment to the end of its line nothing but a line end may follow.
        int begin = JsonGap.HasLineComment(_text, before, ours.Start) && !EndsLine(comma < 0 ? ours.Value.End : comma + 1) ? ours.Start : BackOverBlanks(ours.Start);
        string text = Cut(comma < 0 ? _text : _text.Remove(comma, 1), begin, ours.Value.End);
        if (isLast && comma < 0 && at > 0)
            text = text.Remove(JsonGap.Comma(_text, before, ours.Start), 1);
        return servers.Fields.Count == 1 ? WithoutBlanks(text, servers.Start + 1, close - (_text.Length - text.Length)) : text;
    }

    /// <summary>Nothing stands there but this section, and nothing stands in that.</summary>
    public bool IsEmptyBut(string section) => string.Concat(_text.Where(c => !char.IsWhiteSpace(c))) is var bare && (bare == "{}" || bare == $"{{{ServerEntry.Quoted(section)}:{{}}}}");

    private ConfigNode? SectionOf(string section) => _root.FindField(section) is not { Value: var node } ? null
        : node.Kind == NodeKind.Object ? node : throw new ConfigFault(node.Place, $"'{section}' must be an object, found {node.Found}.");

    private string Insert(ConfigNode node, string onOneLine, Func<string, string> onLines)
    {
        int close = node.End - 1, last = node.Fields is [.., var end] ? end.Value.End : node.Start + 1;
        int content = last + _text.AsSpan(last, close - last).TrimEnd().Length;
        if (node.Fields.Count == 0)
        {
            string outer = IndentAt(node.Start);
            return _text.Insert(content, _newLine + outer + _unit + onLines(outer + _unit) + (_text.AsSpan(content, close - content).Contains('\n') ? "" : _newLine + outer));
        }
        int first = node.Fields[0].Start, comma = JsonGap.Comma(_text, last, close);
        if (!IsFirstOnLine(first))
            return comma < 0 ? _text.Insert(last, ", " + onOneLine) : _text.Insert(comma + 1, $" {onOneLine},");
        string added = _text.Insert(content, _newLine + IndentAt(first) + onLines(IndentAt(first)) + (comma < 0 ? "" : ","));
        return comma < 0 ? added.Insert(last, ",") : added;
    }

    private static string Cut(string text, int begin, int end) => text.Remove(begin, end - begin);

    private static string WithoutBlanks(string text, int begin, int end) => string.IsNullOrWhiteSpace(text[begin..end]) ? Cut(text, begin, end) : text;

    private bool EndsLine(int at)
    {
        while (at < _text.Length && _text[at] is ' ' or '\t' or '\r')
            at++;
        return at == _text.Length || _text[at] == '\n';
    }

    private int BackOverBlanks(int at)
    {
        while (at > 0 && char.IsWhiteSpace(_text[at - 1]))
            at--;
        return at;
    }

    private int LineStart(int at) => at == 0 ? 0 : _text.LastIndexOf('\n', at - 1) + 1;

    private bool IsFirstOnLine(int at) => LineStart(at) > 0 && string.IsNullOrWhiteSpace(_text[LineStart(at)..at]);

    /// <summary>The blanks with which the line begins on which this character is.</summary>
    private string IndentAt(int at)
    {
        ReadOnlySpan<char> line = _text.AsSpan(LineStart(at), at - LineStart(at));
        return line[..(line.Length - line.TrimStart().Length)].ToString();
    }
}
