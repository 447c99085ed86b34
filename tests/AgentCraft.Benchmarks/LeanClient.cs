using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>
/// An MCP client that makes one and the same call over a connection that stays open. It writes bytes that were made once and looks at the
/// answer no closer than it must: what drives a server must not take the processor from it.
/// </summary>
internal sealed class LeanClient : IDisposable
{
    public const string WithSessions = "2025-11-25", Stateless = "2026-07-28";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _request, _answer = new byte[1 << 16];

    private LeanClient(byte[] request) => _request = request;

    public static async Task<LeanClient> Connect(HttpServer server, string revision, string tool, object arguments)
    {
        HttpConnection connection = await server.Connect(revision);
        LeanClient client = new(Request(server.Mcp, revision, connection.SessionId, tool, arguments));
        await client._socket.ConnectAsync(server.Mcp.Host, server.Mcp.Port);
        return client;
    }

    /// <summary>How long it took, in ms; fails unless the tool succeeded.</summary>
    public async Task<double> Call()
    {
        long begin = Stopwatch.GetTimestamp();
        await _socket.SendAsync(_request);
        int length = 0;
        do
        {
            int read = length < _answer.Length ? await _socket.ReceiveAsync(_answer.AsMemory(length)) : 0;
            length += read > 0 ? read : throw new IOException($"No whole answer: {Encoding.UTF8.GetString(_answer, 0, length)}");
        }
        while (!IsWhole(_answer.AsSpan(0, length)));
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        ReadOnlySpan<byte> answer = _answer.AsSpan(0, length);
        return answer.StartsWith("HTTP/1.1 200"u8) && answer.IndexOf("\"result\":"u8) > 0 && answer.IndexOf("\"isError\":true"u8) < 0 ? milliseconds
            : throw new UnexpectedAnswerException(Encoding.UTF8.GetString(answer));
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        int at = answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0)
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        ReadOnlySpan<byte> number = answer[(at + 16)..];
        return answer.Length >= end + 4 + int.Parse(number[..number.IndexOf("\r\n"u8)]);
    }

    private static byte[] Request(Uri mcp, string revision, string? session, string tool, object arguments)
    {
        Dictionary<string, object> parameters = new() { ["name"] = tool, ["arguments"] = arguments };
        string more = $"Mcp-Session-Id: {session}";
        if (revision == Stateless)
        {
            more = $"Mcp-Method: tools/call\r\nMcp-Name: {tool}";
            parameters["_meta"] = new Dictionary<string, object>
            {
                ["io.modelcontextprotocol/protocolVersion"] = revision,
                ["io.modelcontextprotocol/clientInfo"] = new { name = "benchmark", version = "1" },
                ["io.modelcontextprotocol/clientCapabilities"] = new { },
            };
        }
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id = 7, method = "tools/call", @params = parameters });
        string head = $"POST {mcp.AbsolutePath} HTTP/1.1\r\nHost: {mcp.Authority}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
            + $"MCP-Protocol-Version: {revision}\r\n{more}\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
