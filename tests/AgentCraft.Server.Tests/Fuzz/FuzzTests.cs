using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Server.Tests.Crash;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Fuzz;

/// <summary>
/// Broken messages to a real server: it neither ends nor hangs, answers whatever has an id, stays small, and changes nothing. AGENTCRAFT_TEST_FUZZ
/// says how many (100000 for the long run), AGENTCRAFT_TEST_SEED repeats a run.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Window = 500;
    private const long MostMemory = 512L << 20;
    /// <summary>Two, so that nobody is the only one on a connection, and thereby its caller.</summary>
    private static readonly string[] Agents = ["healthy", "hale"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static int Messages => int.TryParse(Environment.GetEnvironmentVariable("AGENTCRAFT_TEST_FUZZ"), CultureInfo.InvariantCulture, out int many) ? many : Quantity.Of(1_000, 30_000);

    [Requires(Need.Linux, "/proc shows the server's memory")]
    public async Task Broken_lines_over_stdio_end_nothing_and_change_nothing()
    {
        BrokenMessages messages = new(Seeds.Next(output));
        using TemporaryProject project = new();
        await using StdioServer server = await StdioServer.Connect(project.Root, PreparedServer.Arguments);
        server.Limit = Patience;
        foreach (string agent in Agents)
            (await server.Call("start_session", new { agent })).Succeeded();
        string before = StoreDump.Of(project.Root);
        HashSet<string> open = [];
        SortedDictionary<string, int> answers = [];
        for (int sent = 0; sent < Messages; sent += Window)
        {
            using MemoryStream lines = new();
            for (int i = 0; i < Window; i++)
            {
                lines.Write(messages.Next(out string? id));
                lines.WriteByte((byte)'\n');
                if (id is not null)
                    open.Add(id);
            }
            // Both at once: who answers into a full pipe reads no more.
            Task sending = server.SendRaw(lines.ToArray());
            while (open.Count > 0)
            {
                JsonElement answer = JsonElement.Parse(await server.ReadLine() ?? throw new InvalidOperationException($"The server ended after at most {sent + Window} lines."));
                if (answer.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String && open.Remove(id.GetString()!))
                    answers[KindOf(answer)] = answers.GetValueOrDefault(KindOf(answer)) + 1;
            }
            await sending;
        }
        output.WriteLine($"Answers: {string.Join(", ", answers.Select(kind => $"{kind.Key} {kind.Value}"))}");
        Assert.Equal(Agents.Length, (await server.Call("list_agents", new { includeInactive = true })).GetNumber("total"));
        AssertSmall(server.Pid);
        Assert.Empty(StoreDump.Of(project.Root).Split('\n').Except(before.Split('\n')));
        Assert.Equal(before, StoreDump.Of(project.Root));
    }

    [Requires(Need.Linux, "/proc shows the server's memory")]
    public async Task Broken_requests_over_HTTP_end_nothing_and_change_nothing()
    {
        int seed = Seeds.Next(output);
        using TemporaryProject project = new();
        await using HttpServer server = await HttpServer.Start(project.Root, PreparedServer.Arguments);
        server.Limit = Patience;
        HttpConnection healthy = await server.Connect();
        foreach (string agent in Agents)
            (await healthy.Call("start_session", new { agent })).Succeeded();
        string before = StoreDump.Of(project.Root);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(part => Task.Run(() => Send(server, healthy.SessionId, new(seed + part), new Random(seed + part), Messages / 8))));
        Assert.Equal(Agents.Length, (await healthy.Call("list_agents", new { includeInactive = true })).GetNumber("total"));
        AssertSmall(server.Pid);
        Assert.Empty(StoreDump.Of(project.Root).Split('\n').Except(before.Split('\n')));
        Assert.Equal(before, StoreDump.Of(project.Root));
    }

    private static async Task Send(HttpServer server, string? session, BrokenMessages messages, Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] body = messages.Next(out string? id);
            if (random.Next(10) == 0)
            {
                await SendRaw(server, body, random);
                continue;
            }
            bool isWhole = random.Next(2) == 0;
            Dictionary<string, string?> headers = isWhole ? new() { ["Mcp-Session-Id"] = session, ["MCP-Protocol-Version"] = "2025-11-25" } : Headers(random, session);
            using HttpExchange exchange = await server.Post(new ByteArrayContent(body), headers);
            string answer = await exchange.Rest();
            Assert.NotEqual(500, (int)exchange.Status);
            if (isWhole && id is not null)
                Assert.Contains($"\"{id}\"", answer, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, string?> Headers(Random random, string? session) => new()
    {
        ["Mcp-Session-Id"] = random.Next(3) switch { 0 => null, 1 => session, _ => "no-such-session" },
        ["MCP-Protocol-Version"] = random.Next(4) switch { 0 => null, 1 => "2026-07-28", 2 => "1999-01-01", _ => "2025-11-25" },
        ["Accept"] = random.Next(3) switch { 0 => null, 1 => "text/html", _ => "application/json, text/event-stream" },
        ["Content-Type"] = random.Next(4) switch { 0 => "text/plain", 1 => "application/json; charset=latin1", _ => "application/json" },
        ["Mcp-Method"] = random.Next(2) == 0 ? null : "tools/call",
    };

    /// <summary>No HTTP, or half of it: it is answered or hung up on.</summary>
    private static async Task SendRaw(HttpServer server, byte[] body, Random random)
    {
        string head = random.Next(5) switch
        {
            0 => "",
            1 => $"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {random.Next(-5, 5)}\r\n\r\n",
            2 => "POST /mcp HTTP/9.9\r\n\r\n",
            3 => "POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            _ => $"GET /{new string('a', random.Next(9_000))} HTTP/1.1\r\nHost: {random.Next()}\r\n\r\n",
        };
        using TcpClient client = new();
        await client.ConnectAsync(server.Mcp.Host, server.Mcp.Port);
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(body);
            client.Client.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[4096];
            while (await stream.ReadAsync(answer).AsTask().WaitAsync(Patience) > 0)
            {
            }
        }
        catch (Exception hungUp) when (hungUp is IOException or SocketException)
        {
            // As it may.
        }
    }

    /// <summary>A result, the code of a tool's error, or that of JSON-RPC.</summary>
    private static string KindOf(JsonElement answer) => answer.TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetRawText()
        : answer.GetProperty("result") is var result && result.TryGetProperty("isError", out JsonElement isError) && isError.GetBoolean() ? new ToolAnswer("any", result).ErrorCode! : "result";

    private void AssertSmall(int pid)
    {
        string peak = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        output.WriteLine($"{Messages} messages; {peak}");
        Assert.True(long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 < MostMemory, peak);
    }
}
