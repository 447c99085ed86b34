using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Tokens;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>One call of a tool: who calls, and what the server offers while it runs. Tools take it as a parameter.</summary>
/// <param name="connection">The client.</param>
/// <param name="request">The request.</param>
/// <param name="stores">For heartbeats.</param>
/// <param name="waits">Counts the waits that are open.</param>
/// <param name="stopping">Cancelled when the server stops.</param>
internal sealed class ToolCall(
    ClientConnection connection, RequestContext<CallToolRequestParams> request, Lazy<Stores> stores, Waits waits, CancellationToken stopping)
{
    /// <summary>Under this name a transport puts <see cref="Abandoned"/> into the items of a message's context.</summary>
    public const string AbandonedItem = "agentcraft.abandoned";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);
    private TimeSpan _nextProgress = ProgressInterval;

    private readonly Principal? _principal = Tools.Principal.Of(request.JsonRpcRequest);

    /// <summary>Who calls, as a token says; null where names are taken on trust.</summary>
    public Principal? Principal => _principal;

    /// <summary>The address that it came from; null over stdio.</summary>
    public string? Remote { get; } = request.JsonRpcRequest.Context?.Items is { } from && from.TryGetValue(ToolAudit.RemoteItem, out object? address) ? (string?)address : null;

    /// <summary>Only a caller that administers may overrule whomever it likes; without tokens anybody may.</summary>
    public bool MayOverrule => _principal is null or { Scope: TokenScope.Admin };

    /// <summary>The agent that calls, once a tool has said so; its heartbeat and unread mail are seen to after the call.</summary>
    public string? Caller { get; private set; } = Tools.Principal.Of(request.JsonRpcRequest)?.Agent ?? connection.SoleAgent;

    /// <summary>Cancelled when the server stops; a wait ends on it at once.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Cancelled when nobody can get the answer any more. Work that was asked for is still done; a mere wait ends.</summary>
    public CancellationToken Abandoned { get; } =
        request.JsonRpcRequest.Context?.Items is { } items && items.TryGetValue(AbandonedItem, out object? token) ? (CancellationToken)token! : CancellationToken.None;

    /// <summary>The caller's own name: that of its token; without one the given one, else the only agent that has registered on this connection.</summary>
    /// <param name="given">The argument.</param>
    /// <param name="argument">Its name, for the message.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when neither says who calls; <c>not_allowed</c> when a token says otherwise.</exception>
    public string Me(string? given, string argument = "agent") => Caller = OfToken(given, argument) ?? given ?? connection.SoleAgent
        ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{argument} is missing: say who you are.",
            $"Pass your own name as {argument}. It may be left out once exactly one agent has registered on this connection.");

    /// <summary>The name that the caller's token says; null without one.</summary>
    public string? OwnName => _principal?.Agent;

    /// <summary>The caller's own name where it says so or is known; null where a call may do without.</summary>
    public string? CallerIfKnown(string? given) => given is null ? Caller : Me(given);

    /// <summary>The caller has registered under this name, which is a heartbeat, too.</summary>
    public void Registered(string name)
    {
        stores.Value.Heartbeats.Note(name);
        if (_principal is not null)
            return;
        connection.Registered(name);
        Caller = name;
    }

    /// <summary>A caller with a token acts for itself, or for an agent directly below it; one that administers, for anybody. Of one that is not there the tool says so.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c></exception>
    public async Task CheckActsFor(string agent, CancellationToken cancellationToken)
    {
        if (_principal is null or { Scope: TokenScope.Admin } || _principal.Is(agent))
            return;
        if (await stores.Value.Agents.FindKnown(agent, cancellationToken) is { } known && !IsBelow(known))
            throw NotMine(agent);
    }

    /// <summary>Whom an agent works for that a caller with a token makes; null without one.</summary>
    public string? ParentOf(string agent) => _principal is null || _principal.Is(agent) ? null : _principal.Agent;

    /// <summary>A caller with a token registers itself, or an agent that is below it or is to be: nobody else's, whatever its scope.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c></exception>
    public async Task CheckRegistration(string name, string? parent, CancellationToken cancellationToken)
    {
        if (_principal is null || _principal.Is(name))
            return;
        Agent? known = await stores.Value.Agents.FindKnown(name, cancellationToken);
        if (known is null ? parent is null || !_principal.Is(parent) : !IsBelow(known))
            throw NotMine(name);
    }

    /// <summary>What administers or destroys, and does not ask by itself, is confirmed by a caller with a token.</summary>
    /// <exception cref="AgentCraftException"><c>confirmation_required</c></exception>
    public void Confirmed(bool? confirm, string what)
    {
        if (_principal is not null && confirm != true)
            throw new AgentCraftException(ErrorCodes.ConfirmationRequired, $"Nothing was done: this {what}.", "Repeat the call with confirm: true.");
    }

    private string? OfToken(string? given, string argument) =>
        _principal is null ? null : given is null || _principal.Is(given) ? _principal.Agent : throw _principal.CannotBe(given, argument);

    private bool IsBelow(Agent agent) => agent.Parent is { } parent && _principal!.Is(parent);

    private AgentCraftException NotMine(string agent) => new(ErrorCodes.NotAllowed,
        $"Your token is that of '{_principal!.Agent}': you cannot speak for '{Text.Shown(agent, 80)}', which is not below you.",
        $"It speaks for itself, with a token of its own. register_agent with parent: \"{_principal.Agent}\" adds an agent below you.");

    /// <summary>The call waits until the result is disposed.</summary>
    /// <exception cref="AgentCraftException"><c>limit_reached</c> when the agent waits too often already</exception>
    public IDisposable BeginWait(string agent) => waits.Begin(agent, _principal);

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
