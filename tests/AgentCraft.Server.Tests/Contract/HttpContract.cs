using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Connections to one HTTP server a root, which ends with the last of them.</summary>
internal sealed class HttpContract(string protocolVersion) : ContractTransport
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (HttpServer Server, int Connections)> _servers = [];

    /// <summary>Since 2026-07-28 each request stands alone.</summary>
    public override bool RemembersAgents => string.CompareOrdinal(protocolVersion, "2026-07-28") < 0;

    public override async Task<ContractConnection> Connect(string root)
    {
        await _gate.WaitAsync();
        try
        {
            (HttpServer server, int connections) = _servers.TryGetValue(root, out var running) ? running : (await HostedHttp.Start(root), 0);
            _servers[root] = (server, connections + 1);
            return new Connection(await server.Connect(protocolVersion), () => Leave(root));
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task Leave(string root)
    {
        await _gate.WaitAsync();
        try
        {
            (HttpServer server, int connections) = _servers[root];
            _servers[root] = (server, connections - 1);
            if (connections > 1)
                return;
            _servers.Remove(root);
            await server.DisposeAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed class Connection(HttpConnection http, Func<Task> leave) : ContractConnection
    {
        public override Task<JsonElement> Request(string method, object? parameters = null) => http.Request(method, parameters);

        public override async Task<PendingCall> StartCall(string tool, object? arguments = null)
        {
            CancellationTokenSource hangUp = new();
            return new Pending(http, tool, await http.StartCall(tool, arguments, hangUp.Token), hangUp, Checked);
        }

        public override async ValueTask DisposeAsync() => await leave();
    }

    private sealed class Pending(
        HttpConnection http, string tool, StartedRequest request, CancellationTokenSource hangUp, Func<ToolAnswer, Task<ToolAnswer>> check) : PendingCall
    {
        public override bool IsCompleted => request.IsCompleted;

        public override async Task<ToolAnswer> Answer() => await check(new ToolAnswer(tool, await request.Result()));

        /// <summary>A stateless request is cancelled by hanging up, a session's by saying so.</summary>
        public override Task Cancel() => http.IsStateless ? hangUp.CancelAsync() : http.CancelRequest(request.Id);
    }
}
