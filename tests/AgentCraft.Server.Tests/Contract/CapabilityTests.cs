using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>What the server says of itself in every revision, and that it is so there: resources, prompts, completions, progress.</summary>
public sealed class CapabilityTests : IDisposable
{
    private const string WithoutSessions = "2026-07-28";
    private readonly TemporaryProject _project = new();

    public static TheoryData<string> Revisions => ProtocolRevisionTests.Revisions;

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Over_stdio_capabilities_are_told_and_kept(string revision)
    {
        await using StdioServer server = StdioServer.Start(_project.Root);
        bool discovers = revision == WithoutSessions;
        server.ProtocolVersion = discovers ? revision : null;
        AssertTold(discovers ? await server.Request("server/discover") : await server.Initialize(revision), revision);
        await Use((method, parameters) => server.Request(method, parameters));
        Assert.Equal(0, server.UnreadLines);
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Over_HTTP_capabilities_are_told_and_kept(string revision)
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        HttpConnection client = new(server, revision);
        AssertTold(client.IsStateless ? await client.Request("server/discover") : await client.Initialize(), revision);
        await Use((method, parameters) => client.Request(method, parameters));
    }

    [Requires(Need.FullSize, "a wait tells of its progress every ten seconds")]
    public async Task A_wait_tells_of_its_progress_in_every_revision()
    {
        await using HttpServer http = await HttpServer.Start(_project.Root);
        (await (await http.Connect()).Call("start_session", new { agent = "alice" })).Succeeded();
        await Task.WhenAll(((IEnumerable<string>)["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", WithoutSessions]).SelectMany(revision => new[] { OverStdio(revision), OverHttp(http, revision) }));
    }

    private static void AssertTold(JsonElement hello, string revision)
    {
        JsonElement capabilities = hello.GetProperty("capabilities");
        Assert.True(capabilities.GetProperty("resources").GetProperty("subscribe").GetBoolean());
        Assert.Equal(JsonValueKind.Object, capabilities.GetProperty("prompts").ValueKind);
        Assert.Equal(JsonValueKind.Object, capabilities.GetProperty("tools").ValueKind);
        // 2024-11-05 has completions without a capability of their own; to tell of them there harms nobody.
        Assert.True(revision == "2024-11-05" || capabilities.TryGetProperty("completions", out _));
        // None of the lists changes while the server runs.
        foreach (JsonProperty capability in capabilities.EnumerateObject())
            Assert.False(capability.Value.TryGetProperty("listChanged", out JsonElement changes) && changes.GetBoolean(), capability.Name);
    }

    private static async Task Use(Func<string, object, Task<JsonElement>> request)
    {
        Assert.Equal(2, (await request("resources/list", new { })).GetProperty("resources").GetArrayLength());
        Assert.Equal(8, (await request("resources/templates/list", new { })).GetProperty("resourceTemplates").GetArrayLength());
        Assert.Contains("\"agents\":[]", (await request("resources/read", new { uri = "agentcraft://agents" })).GetProperty("contents")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, (await request("prompts/list", new { })).GetProperty("prompts").GetArrayLength());
        Assert.Equal(2, (await request("prompts/get", new { name = "coordinate", arguments = new { agent = "alice" } })).GetProperty("messages").GetArrayLength());
        JsonElement completion = await request("completion/complete", new { @ref = new { type = "ref/prompt", name = "write_handover" }, argument = new { name = "template", value = "stand" } });
        Assert.Equal("standard", completion.GetProperty("completion").GetProperty("values")[0].GetString());
    }

    private async Task OverStdio(string revision)
    {
        await using StdioServer server = StdioServer.Start(_project.Root);
        if (revision == WithoutSessions)
            server.ProtocolVersion = revision;
        else
            await server.Initialize(revision);
        await server.Request("tools/call", Wait);
        AssertProgress(server.Notifications);
    }

    private static async Task OverHttp(HttpServer server, string revision)
    {
        HttpConnection client = await server.Connect(revision);
        await client.Request("tools/call", Wait);
        AssertProgress(client.Notifications);
    }

    private static object Wait => new { name = "wait_for_messages", arguments = new { agent = "alice", timeoutSeconds = 12 }, _meta = new { progressToken = "tick" } };

    private static void AssertProgress(IReadOnlyList<JsonElement> notifications)
    {
        JsonElement told = Assert.Single(notifications);
        Assert.Equal("notifications/progress", told.GetProperty("method").GetString());
        Assert.Equal("tick", told.GetProperty("params").GetProperty("progressToken").GetString());
        Assert.InRange(told.GetProperty("params").GetProperty("progress").GetDouble(), 10, 12);
    }
}
