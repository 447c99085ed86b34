using System.Net.Sockets;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Several servers on one database, each in a project directory of its own, behind a balancer that remembers nothing.</summary>
[OnPostgres]
public sealed class ReplicaTests : IAsyncLifetime
{
    private const string Stateless = "2026-07-28";
    private const int Replicas = 4;

    private readonly TemporaryProject _project = new();
    private readonly List<HttpServer> _servers = [];
    private readonly List<HttpConnection> _clients = [];
    private int _turn;

    public async Task InitializeAsync()
    {
        foreach (int n in Enumerable.Range(0, Replicas))
        {
            HttpServer server = await HttpServer.Start(Directory.CreateDirectory(_project.PathOf($"machine-{n}")).FullName);
            _servers.Add(server);
            _clients.Add(await server.Connect(Stateless));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (HttpServer server in _servers)
            await server.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Each_call_may_go_to_another_replica()
    {
        await Next.Call("start_session", new { agent = "ann" });
        ToolAnswer brief = (await Next.Call("start_session", new { agent = "bob" })).Succeeded();
        Assert.False(brief.Get<bool>("isNew"));
        string id = (await Next.Call("log_message", new { from = "ann", to = "bob", content = "one" })).GetText("messages.0.id");
        ToolAnswer inbox = await Next.Call("read_inbox", new { agent = "bob" });
        Assert.Equal(id, inbox.GetText("messages.0.id"));
        Assert.Equal(1, (await Next.Call("acknowledge_messages", new { agent = "bob", upTo = inbox.GetText("cursor") })).GetNumber("changed"));
        ToolAnswer handover = await Next.Call("create_handover", new { agent = "ann", publish = true, sections = new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "s", ["Next steps"] = "n" } });
        Assert.Equal(handover.GetText("id"), (await Next.Call("get_handover", new { agent = "bob" })).GetText("handover.id"));
        Assert.True((await Next.Call("end_session", new { agent = "ann" })).Get<bool>("changed"));
    }

    [Fact]
    public async Task A_wait_on_one_replica_ends_by_a_post_on_another()
    {
        await Next.Call("start_session", new { agent = "ann" });
        await Next.Call("start_session", new { agent = "bob" });
        StartedRequest wait = await _clients[0].StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 60 });
        await _clients[1].Call("log_message", new { from = "ann", to = "bob", content = "hello" });
        Assert.Equal("hello", new ToolAnswer("wait_for_messages", await wait.Result()).GetText("messages.0.content"));
    }

    [Fact]
    public async Task What_a_killed_replica_was_asked_is_done_once_by_another()
    {
        await Next.Call("start_session", new { agent = "ann" });
        await Next.Call("start_session", new { agent = "bob" });
        int posts = Quantity.Of(quick: 40, full: 200);
        Task[] writing = [.. Enumerable.Range(0, posts).Select(n => PostUntilDone(n))];
        _servers[0].Kill();
        await Task.WhenAll(writing);
        List<string> read = [];
        ToolAnswer page;
        string? cursor = null;
        do
        {
            page = (await _clients[1].Call("read_inbox", new { agent = "bob", limit = 200, cursor })).Succeeded();
            read.AddRange(page.At("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()!));
            cursor = page.GetText("cursor");
        }
        while (page.Get<bool>("hasMore"));
        Assert.Equal(Enumerable.Range(0, posts).Select(n => $"post {n}").Order(), read.Order());
    }

    private HttpConnection Next => _clients[_turn++ % Replicas];

    /// <summary>Tries the first replica, and another one if that does not answer, with the same key.</summary>
    private async Task PostUntilDone(int n)
    {
        object arguments = new { from = "ann", to = "bob", content = $"post {n}", idempotencyKey = $"key-{n}" };
        try
        {
            (await _clients[0].Call("log_message", arguments)).Succeeded();
        }
        // The client lets the bare SocketException out when the connection breaks just as it is made.
        catch (Exception gone) when (gone is ServerGoneException or HttpRequestException or IOException or SocketException)
        {
            (await _clients[1 + (n % (Replicas - 1))].Call("log_message", arguments)).Succeeded();
        }
    }
}
