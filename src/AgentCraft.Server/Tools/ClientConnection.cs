using System.Text.Json.Nodes;
using AgentCraft.Server.Resources;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>
/// What is remembered of one client while it is connected: which agents it registered, so that a client with exactly one need not
/// repeat its name (a convenience, never a proof of identity), and what it has subscribed to.
/// </summary>
internal sealed class ClientConnection : IServiceProvider, IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _agents = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The one agent that has registered here; null when there is none or more than one.</summary>
    public string? SoleAgent
    {
        get
        {
            lock (_gate)
                return _agents.Count == 1 ? _agents.First() : null;
        }
    }

    /// <summary>Remembers an agent.</summary>
    public void Registered(string name)
    {
        lock (_gate)
            _agents.Add(name);
    }

    /// <summary>The server of this client's session: what answers no request goes through it. Null where there are no sessions.</summary>
    public McpServer? Server { get; set; }

    /// <summary>What it has subscribed to.</summary>
    public ClientSubscriptions Subscriptions { get; } = new();

    /// <summary>The connection of a request.</summary>
    public static ClientConnection Of(IServiceProvider? services) => services?.GetService(typeof(ClientConnection)) as ClientConnection ?? new();

    /// <summary>Tells the client something that answers no request; one that is gone is told nothing.</summary>
    public Task Notify(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        Server?.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken) ?? Task.CompletedTask;

    /// <summary>The client is gone.</summary>
    public void Dispose() => Subscriptions.Dispose();

    /// <summary>The SDK hands a request's services through; this is the only one.</summary>
    public object? GetService(Type serviceType) => serviceType == typeof(ClientConnection) ? this : null;
}
