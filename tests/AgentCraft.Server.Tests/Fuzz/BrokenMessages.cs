using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentCraft.Server.Tests.Fuzz;

/// <summary>
/// Messages that are broken by the rules of JSON-RPC, of MCP or of the tools, and some that are nothing at all. The same seed makes the same ones.
/// None of them can change a store: who calls is nobody, and no mutation makes somebody of it.
/// </summary>
internal sealed class BrokenMessages(int seed)
{
    private static readonly string[] Methods =
        ["ping", "tools/list", "tools/call", "tools/frobnicate", "prompts/list", "prompts/get", "resources/list", "resources/read", "resources/templates/list", "completion/complete", ""];

    private static readonly string[] Tools =
        ["list_agents", "read_inbox", "log_message", "get_conversation", "acknowledge_messages", "wait_for_messages", "record_metric", "get_handover", "create_handover", "red_inbox", ""];

    private static readonly string[] Names = ["agent", "from", "to", "agentA", "agentB", "content", "name", "value", "cursor", "limit", "timeoutSeconds", "ids", "idempotencyKey", "\ud83c", ""];

    private readonly Random _random = new(seed);
    private int _number;

    /// <summary>The bytes of one, without a line end.</summary>
    /// <param name="id">Its id, when whoever reads it must answer under it.</param>
    public byte[] Next(out string? id)
    {
        string candidate = $"f{seed}-{_number++}";
        id = null;
        switch (_random.Next(10))
        {
            case 0:
                return Noise();
            case 1:
                return Encoding.UTF8.GetBytes(Odd());
            case 2 or 3 or 4:
                return Mutated(Encoding.UTF8.GetBytes(Request(candidate)));
            case 5:
                return Encoding.UTF8.GetBytes(Request(candidate))[..^_random.Next(1, 20)];
            default:
                id = candidate;
                return Encoding.UTF8.GetBytes(Request(candidate));
        }
    }

    /// <summary>Well-formed, with an id of its own: it must be answered, by a result or an error.</summary>
    private string Request(string id)
    {
        string method = Pick(Methods);
        string parameters = method == "tools/call" && _random.Next(8) > 0
            ? $$"""{"name":{{Text(Pick(Tools))}},"arguments":{{Arguments()}}}""" : Value(0);
        return $$"""{"jsonrpc":"2.0","id":"{{id}}","method":{{Text(method)}},"params":{{parameters}}}""";
    }

    private string Arguments() => _random.Next(10) == 0 ? Value(0)
        : "{" + string.Join(',', Enumerable.Range(0, _random.Next(5)).Select(_ => $"{Text(Pick(Names))}:{(_random.Next(3) == 0 ? "\"nobody-at-all\"" : Value(0))}")) + "}";

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
}
