using System.Net;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class SessionLimitTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task One_session_too_many_ends_the_one_that_has_been_idle_longest()
    {
        await using HttpServer server = await Start(("MAXSESSIONS", "2"));
        HttpConnection first = await server.Connect();
        HttpConnection second = await server.Connect();
        await first.Request("ping");
        HttpConnection third = new(server, "2025-11-25");
        await Eventually.Become(() => Begins(third), Soon, "room for a third session");

        using HttpExchange gone = await second.Post(9, "ping");
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        await first.Request("ping");
        await third.Request("ping");
    }

    [Fact]
    public async Task When_all_sessions_are_in_use_a_new_one_is_refused_until_one_is_free()
    {
        await using HttpServer server = await Start(("MAXSESSIONS", "1"));
        HttpConnection busy = await server.Connect();
        HttpConnection other = new(server, "2025-11-25");
        HttpExchange stream = await busy.OpenStream();

        RpcErrorException refused = await Assert.ThrowsAsync<RpcErrorException>(other.Initialize);
        Assert.Contains("http.maxSessions", refused.RpcMessage);

        stream.Dispose();
        await Eventually.Become(() => Begins(other), Soon, "room for a session");
    }

    [Fact]
    public async Task An_idle_session_ends_and_one_that_waits_or_has_a_stream_does_not()
    {
        await using HttpServer server = await Start(("IDLEMINUTES", "0.02"));
        HttpConnection idle = await server.Connect();
        HttpConnection waiting = await server.Connect();
        HttpConnection listening = await server.Connect();
        await waiting.Call("start_session", new { agent = "waiter" });
        StartedRequest wait = await waiting.StartCall("wait_for_messages", new { timeoutSeconds = 60 });
        using HttpExchange stream = await listening.OpenStream();

        await Eventually.Become(async () => (await server.Health()).GetProperty("sessions").GetInt32() == 2, Soon, "the end of the idle session");
        using HttpExchange gone = await idle.Post(9, "ping");
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        await listening.Request("ping");
        await listening.Call("start_session", new { agent = "writer" });
        await listening.Call("log_message", new { to = "waiter", content = "still there?" });
        Assert.False((await wait.Result()).GetProperty("structuredContent").GetProperty("timedOut").GetBoolean());
    }

    // The server may take a moment longer to be done with a call than its client.
    private static async Task<bool> Begins(HttpConnection client)
    {
        try
        {
            await client.Initialize();
            return true;
        }
        catch (RpcErrorException refused) when (refused.RpcMessage.Contains("http.maxSessions", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private Task<HttpServer> Start(params (string Name, string Value)[] settings) =>
        HttpServer.Start(_project.Root, environment: settings.ToDictionary(s => $"AGENTCRAFT__HTTP__{s.Name}", s => (string?)s.Value));
}
