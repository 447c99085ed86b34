using AgentCraft.Data;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>One call of a tool: who calls, and what the server offers while it runs. Tools take it as a parameter.</summary>
/// <param name="connection">The client.</param>
/// <param name="request">The request.</param>
/// <param name="stores">For heartbeats.</param>
/// <param name="stopping">Cancelled when the server stops.</param>
internal sealed class ToolCall(
    ClientConnection connection, RequestContext<CallToolRequestParams> request, Lazy<Stores> stores, CancellationToken stopping)
{
    /// <summary>Under this name a transport puts <see cref="Abandoned"/> into the items of a message's context.</summary>
    public const string AbandonedItem = "agentcraft.abandoned";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private TimeSpan _nextProgress = ProgressInterval;

    /// <summary>The agent that calls, once a tool has said so; its heartbeat and unread mail are seen to after the call.</summary>
    public string? Caller { get; private set; } = connection.SoleAgent;

    /// <summary>Cancelled when the server stops; a wait ends on it at once.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Cancelled when nobody can get the answer any more. Work that was asked for is still done; a mere wait ends.</summary>
    public CancellationToken Abandoned { get; } =
        request.JsonRpcRequest.Context?.Items is { } items && items.TryGetValue(AbandonedItem, out object? token) ? (CancellationToken)token! : CancellationToken.None;

    /// <summary>The caller's own name: the given one, else the only agent that has registered on this connection.</summary>
    /// <param name="given">The argument.</param>
    /// <param name="argument">Its name, for the message.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when neither says who calls.</exception>
    public string Me(string? given, string argument = "agent") => Caller = given ?? connection.SoleAgent
        ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{argument} is missing: say who you are.",
            $"Pass your own name as {argument}. It may be left out once exactly one agent has registered on this connection.");

    /// <summary>The caller's own name where it says so or is known; null where a call may do without.</summary>
    public string? CallerIfKnown(string? given) => given is null ? Caller : Me(given);

    /// <summary>The caller has registered under this name, which is a heartbeat, too.</summary>
    public void Registered(string name)
    {
        connection.Registered(name);
        stores.Value.Heartbeats.Note(name);
        Caller = name;
    }

    /// <summary>While the call waits: keeps the caller live, and tells the client every ten seconds if it wants to know.</summary>
    public async ValueTask Waiting(TimeSpan soFar, TimeSpan atMost)
    {
        if (Caller is { } caller)
            _ = stores.Value.Heartbeats.Beat(caller);
        if (request.Params?.ProgressToken is not { } token || soFar < _nextProgress)
            return;
        _nextProgress += ProgressInterval;
        await request.Server.NotifyProgressAsync(token, new ProgressNotificationValue
        {
            Progress = (float)soFar.TotalSeconds,
            Total = (float)atMost.TotalSeconds,
            Message = "Still waiting for messages.",
        });
    }
}
