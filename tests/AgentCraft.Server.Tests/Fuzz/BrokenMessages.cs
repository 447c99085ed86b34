using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentCraft.Server.Tests.Tools;

namespace AgentCraft.Server.Tests.Fuzz;

/// <summary>
/// Messages that are broken by the rules of JSON-RPC, of MCP or of the tools, and some that are nothing at all. The same seed makes the same ones.
/// None of them can change a store: whoever calls a tool that writes is nobody or says too much, and no mutation makes somebody of it.
/// </summary>
internal sealed class BrokenMessages(int seed)
{
    /// <summary>One in so many is of megabytes: some of them longer than a line may be.</summary>
    private const int Rarely = 5_000;
    private const string Nobody = "\"nobody-at-all\"";

    private static readonly string[] Methods =
    [
        "ping", "initialize", "server/discover", "tools/list", "tools/frobnicate", "prompts/list", "prompts/get", "resources/list", "resources/read", "resources/templates/list",
        "resources/subscribe", "resources/unsubscribe", "completion/complete", "logging/setLevel", "",
    ];

    private static readonly string[] Names = ["agent", "from", "to", "agentA", "agentB", "content", "name", "value", "cursor", "limit", "timeoutSeconds", "ids", "idempotencyKey", "\ud83c", ""];

    /// <summary>These make the agent that they name.</summary>
    private static readonly string[] Makers = ["start_session", "register_agent"];

    private static readonly Tool[] Tools = [.. CatalogTests.NamesOf(_ => true).Select(name => new Tool(name, CatalogTests.Definition(name))), new("red_inbox", default), new("", default)];

    /// <summary>These do nothing without arguments: that is what a mutation of that word leaves.</summary>
    private static readonly Tool[] Harmless = [.. Tools.Where(tool => tool.Reads || tool.Requires)];

    private readonly Random _random = new(seed);
    private int _number;

    /// <summary>The bytes of one, without a line end.</summary>
    /// <param name="id">Its id, when whoever reads it must answer under it.</param>
    public byte[] Next(out string? id)
    {
        string candidate = $"f{seed}-{_number++}";
        id = null;
        if (_random.Next(Rarely) == 0)
            return Encoding.UTF8.GetBytes(new string(Pick(["x", "[", "{", "\""])[0], _random.Next(8 << 20)));
        switch (_random.Next(10))
        {
            case 0:
                return Noise();
            case 1:
                return Encoding.UTF8.GetBytes(Odd());
            case 2 or 3 or 4:
                return Mutated(Encoding.UTF8.GetBytes(Request(candidate, Harmless)));
            case 5:
                return Encoding.UTF8.GetBytes(Request(candidate))[..^_random.Next(1, 20)];
            default:
                id = candidate;
                return Encoding.UTF8.GetBytes(Request(candidate));
        }
    }

    /// <summary>Well-formed, with an id of its own: it must be answered, by a result or an error.</summary>
    private string Request(string id, Tool[]? tools = null)
    {
        (string method, string parameters) = _random.Next(3) == 0 ? (Pick(Methods), Value(0)) : ("tools/call", Call(Pick(tools ?? Tools)));
        return $$"""{"jsonrpc":"2.0","id":"{{id}}","method":{{Text(method)}},"params":{{parameters}}}""";
    }

    private string Call(Tool tool) => $$"""{"name":{{Text(tool.Name)}},"arguments":{{(_random.Next(10) > 0 ? Arguments(tool) : tool.Reads ? Value(0) : Pick(["[]", "5", "\"x\"", "[{}]"]))}}}""";

    private string Arguments(Tool tool)
    {
        Dictionary<string, string> arguments = tool.Arguments.Where(_ => _random.Next(3) > 0).ToDictionary(argument => argument.Name, argument => Argument(argument.Schema));
        if (_random.Next(6) == 0)
            arguments[Pick(Names)] = Value(0);
        if (tool.Reads)
            return Object(arguments);
        if (Makers.Contains(tool.Name) || tool.Arguments.All(argument => argument.Name is not ("agent" or "from")))
            arguments["too much"] = "1";
        foreach (string caller in new[] { "agent", "from" }.Where(name => tool.Arguments.Any(argument => argument.Name == name)))
            arguments[caller] = Nobody;
        return Object(arguments);
    }

    /// <summary>Mostly of the type that the tool asks for.</summary>
    private string Argument(JsonElement schema) => _random.Next(4) == 0 || HostileValues.TypesOf(schema) is not [var type, ..] ? Value(0) : type switch
    {
        "string" => _random.Next(3) > 0 ? Nobody : Text(new string((char)_random.Next(1, 0xd7ff), _random.Next(200))),
        "integer" or "number" => _random.Next(-2, 300).ToString(CultureInfo.InvariantCulture),
        "boolean" => "true",
        "array" => $"[{string.Join(',', Enumerable.Repeat(HostileValues.Example(schema.TryGetProperty("items", out JsonElement items) ? items : null), _random.Next(4)))}]",
        _ => $$"""{ {{Text(Pick(Names))}}:{{Value(1)}} }""",
    };

    private string Value(int depth) => _random.Next(depth > 3 ? 6 : 9) switch
    {
        0 => "null",
        1 => _random.Next(2) == 0 ? "true" : "false",
        2 => _random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        3 => "1e" + _random.Next(-400, 400).ToString(CultureInfo.InvariantCulture),
        4 => Text(new string((char)_random.Next(1, 0xd7ff), _random.Next(2_000))),
        5 => "\"\\u0000\\ud83c' OR 1=1 --\"",
        6 => "[" + string.Join(',', Enumerable.Range(0, _random.Next(5)).Select(_ => Value(depth + 1))) + "]",
        7 => "{" + string.Join(',', Enumerable.Range(0, _random.Next(5)).Select(_ => $"{Text(Pick(Names))}:{Value(depth + 1)}")) + "}",
        _ => new string('[', 200) + new string(']', 200),
    };

    private string Odd() => _random.Next(8) switch
    {
        0 => "[" + Request("batched") + "]",
        1 => """{"jsonrpc":"1.0","id":{},"method":"ping"}""",
        2 => """{"jsonrpc":"2.0","id":null,"method":5}""",
        3 => $$"""{"jsonrpc":"2.0","id":"never asked","result":{{Value(0)}}}""",
        4 => $$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{Value(0)}}}""",
        5 => new string('{', _random.Next(1, 5_000)),
        6 => Value(0),
        _ => "",
    };

    private byte[] Mutated(byte[] line)
    {
        List<byte> bytes = [.. line];
        for (int times = _random.Next(1, 6); times > 0 && bytes.Count > 1; times--)
            switch (_random.Next(3))
            {
                case 0:
                    bytes.RemoveAt(_random.Next(bytes.Count));
                    break;
                case 1:
                    bytes.Insert(_random.Next(bytes.Count), Byte());
                    break;
                default:
                    bytes[_random.Next(bytes.Count)] = Byte();
                    break;
            }
        return [.. bytes];
    }

    private byte[] Noise() => [.. Enumerable.Range(0, _random.Next(300)).Select(_ => Byte())];

    // A line end would make two of one.
    private byte Byte() => (byte)_random.Next(256) is var b && b is (byte)'\n' or (byte)'\r' ? (byte)' ' : b;

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private static string Text(string text) => JsonSerializer.Serialize(text);

    private static string Object(Dictionary<string, string> members) => "{" + string.Join(',', members.Select(member => $"{Text(member.Key)}:{member.Value}")) + "}";

    private sealed record Tool(string Name, (string Name, JsonElement Schema)[] Arguments, bool Reads, bool Requires)
    {
        public Tool(string name, JsonElement definition) : this(name, [], true, false)
        {
            if (definition.ValueKind == JsonValueKind.Undefined)
                return;
            Arguments = [.. definition.GetProperty("inputSchema").GetProperty("properties").EnumerateObject().Select(argument => (argument.Name, argument.Value))];
            Requires = HostileValues.Required(definition.GetProperty("inputSchema")).Length > 0;
            Reads = definition.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean();
        }
    }
}
