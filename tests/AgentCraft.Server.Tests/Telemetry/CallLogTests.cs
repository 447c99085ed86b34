using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Telemetry;

/// <summary>Lines of the log: which tool, whose call, how long, with which outcome; and nothing that was said.</summary>
public sealed class CallLogTests : IDisposable
{
    private const string Secret = "s3cr3t-words-of-a-client";

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Each_call_is_a_line_with_its_tool_agent_duration_and_outcome()
    {
        await using StdioServer server = await HostedStdio.Connect(_project.Root);
        await Talk(server);
        string[] lines = await Lines(server, 4);
        Match[] calls = [.. lines.Select(line => Regex.Match(line, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: Calls: tool=(\w+) agent=(\S+) durationMs=([\d.]+) outcome=(\w+)$"))];
        Assert.Equal(["start_session alice ok", "log_message alice ok", "get_conversation alice not_found", "log_message alice not_found"],
            calls.Select(call => $"{call.Groups[1].Value} {call.Groups[2].Value} {call.Groups[4].Value}"));
        Assert.DoesNotContain(Secret, server.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_each_line_is_an_object_with_the_same_parts()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, [], new Dictionary<string, string?> { ["AGENTCRAFT__LOG__FORMAT"] = "json" });
        await Talk(server);
        JsonElement[] calls = [.. (await Lines(server, 4)).Select(line => JsonElement.Parse(line))];
        JsonElement post = calls[1];
        Assert.Equal(("info", "Calls", "log_message", "alice", "ok"), (post.GetProperty("level").GetString(), post.GetProperty("category").GetString(),
            post.GetProperty("tool").GetString(), post.GetProperty("agent").GetString(), post.GetProperty("outcome").GetString()));
        Assert.InRange(post.GetProperty("durationMs").GetDouble(), 0.001, 60_000);
        Assert.Equal(DateTimeKind.Utc, post.GetProperty("time").GetDateTime().Kind);
        server.CloseInput();
        await server.WaitForExit(TimeSpan.FromSeconds(10));
        // Every line, that of the end, too.
        Assert.All(server.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.True(JsonElement.Parse(line).TryGetProperty("message", out _)));
        Assert.DoesNotContain(Secret, server.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_setting_turns_them_off()
    {
        await using StdioServer server = await HostedStdio.Connect(_project.Root, new Dictionary<string, string> { ["log.calls"] = "false" });
        await Talk(server);
        Assert.DoesNotContain("Calls", server.StandardError, StringComparison.Ordinal);
    }

    private static async Task Talk(StdioServer server)
    {
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        (await server.Call("log_message", new { from = "alice", to = "alice", content = Secret })).Succeeded();
        Assert.Equal("not_found", (await server.Call("get_conversation", new { agentA = "alice", agentB = Secret })).ErrorCode);
        Assert.Equal("not_found", (await server.Call("log_message", new { from = Secret, to = "alice", content = "x" })).ErrorCode);
    }

    private static async Task<string[]> Lines(StdioServer server, int count)
    {
        string[] lines = [];
        await Eventually.Become(() => Task.FromResult((lines = [.. server.StandardError.Split('\n').Where(line => line.Contains("Calls", StringComparison.Ordinal))]).Length >= count), TimeSpan.FromSeconds(20), "the log has all calls");
        return lines;
    }
}
