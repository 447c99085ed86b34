using AgentCraft.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace AgentCraft.Server.Tests.Clients;

/// <summary>The client of the official SDK, as it is, with real servers: each client with a stdio server of its own, or all with one over HTTP.</summary>
public sealed class CSharpClientTests : IAsyncLifetime
{
    private const string Stdio = "stdio";
    private const string Http = "http";
    private const string Newest = "2026-07-28";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly TemporaryProject _project = new();
    private readonly List<ClientAgent> _agents = [];
    private HttpServer? _server;

    /// <summary>Transport and protocol revision; null leaves it to the client, which looks for the newest.</summary>
    public static TheoryData<string, string?> Connections => new()
    {
        { Stdio, "2025-11-25" }, { Stdio, Newest }, { Stdio, null },
        { Http, "2025-11-25" }, { Http, Newest }, { Http, null },
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (ClientAgent agent in _agents)
            await agent.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task Two_agents_register_write_wait_and_reply(string transport, string? revision)
    {
        ClientAgent coder = await Connect("coder", transport, revision);
        ClientAgent reviewer = await Connect("reviewer", transport, revision);
        Assert.Equal(await coder.Register(), await reviewer.Register());

        Task<ClientAgent.Inbox> waiting = reviewer.Wait();
        await Running(1);
        ClientAgent.Posted sent = await coder.Send("reviewer", "Please look at src/upload.cs 👀");
        ClientAgent.Mail request = Assert.Single((await waiting).Messages);
        Assert.Equal((sent.Messages[0].Id, "coder", "Please look at src/upload.cs 👀"), (request.Id, request.From, request.Content));

        Task<ClientAgent.Inbox> answer = coder.Wait();
        await Running(1);
        await reviewer.Send("coder", "Looks good.", responseTo: request.Id);
        ClientAgent.Mail reply = Assert.Single((await answer).Messages);
        Assert.Equal(("Looks good.", request.Id, request.ThreadId), (reply.Content, reply.ResponseTo, reply.ThreadId));
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task A_wait_that_is_cancelled_ends_and_the_connection_goes_on(string transport, string? revision)
    {
        ClientAgent agent = await Connect("coder", transport, revision);
        await agent.Register();
        using CancellationTokenSource patience = new();
        Task<ClientAgent.Inbox> waiting = agent.Wait(cancellation: patience.Token);
        await Running(1);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Soon));
        await Running(0);
        Assert.Equal(0, (await agent.Read()).Unread);
    }

    [RequiresTheory(Need.FullSize, "a wait tells of its progress every ten seconds")]
    [MemberData(nameof(Connections))]
    public async Task A_long_wait_tells_of_its_progress(string transport, string? revision)
    {
        ClientAgent agent = await Connect("coder", transport, revision);
        await agent.Register();
        FirstProgress progress = new();
        Task<ClientAgent.Inbox> waiting = agent.Wait(progress);

        ProgressNotificationValue value = await progress.Come.WaitAsync(Soon);
        Assert.InRange(value.Progress, 9.5, 30);
        Assert.Equal(60, value.Total);
        await agent.Send("coder", "Enough.");
        Assert.False((await waiting).TimedOut);
    }

    private async Task<ClientAgent> Connect(string name, string transport, string? revision)
    {
        McpClientOptions options = new() { ProtocolVersion = revision, ClientInfo = new() { Name = name, Version = "1.0.0" } };
        McpClient client = await McpClient.CreateAsync(transport == Stdio ? StdioTransport() : await HttpTransport(), options);
        ClientAgent agent = new(name, client);
        _agents.Add(agent);
        Assert.Equal(revision ?? Newest, client.NegotiatedProtocolVersion);
        return agent;
    }

    private StdioClientTransport StdioTransport() => new(new()
    {
        Command = ServerExecutable.Path,
        Arguments = ["serve", "--stdio", "--root", _project.Root],
        WorkingDirectory = _project.Root,
    });

    private async Task<HttpClientTransport> HttpTransport()
    {
        _server ??= await HttpServer.Start(_project.Root);
        return new(new() { Endpoint = _server.Mcp, TransportMode = HttpTransportMode.StreamableHttp });
    }

    // A server over stdio cannot be asked; the tests hold there whichever of the two comes first.
    private Task Running(int requests) => _server is null ? Task.CompletedTask : Eventually.Become(
        async () => (await _server.Health()).GetProperty("runningRequests").GetInt32() == requests, Soon, $"{requests} running requests");

    private sealed class FirstProgress : IProgress<ProgressNotificationValue>
    {
        private readonly TaskCompletionSource<ProgressNotificationValue> _come = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ProgressNotificationValue> Come => _come.Task;

        public void Report(ProgressNotificationValue value) => _come.TrySetResult(value);
    }
}
