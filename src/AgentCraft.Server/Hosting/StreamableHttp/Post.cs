using AgentCraft.Server.Tools;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// One POST while it is open. Its end is told to the handler as <see cref="ToolCall.Abandoned"/>: a session's request goes on when its
/// client hangs up, as the protocol wants, but a call that only waits need not.
/// </summary>
internal sealed class Post : IDisposable
{
    private readonly CancellationTokenRegistration _aborted;

    public Post(CancellationToken requestAborted, JsonRpcMessage message)
    {
        _aborted = requestAborted.Register(Source.Cancel);
        message.Context ??= new();
        message.Context.Items = new Dictionary<string, object?> { [ToolCall.AbandonedItem] = Source.Token };
    }

    /// <summary>Cancelled to end it. Not disposed with it, because the handler may still hold the token.</summary>
    public CancellationTokenSource Source { get; } = new();

    /// <summary>Cancelled when the client has hung up or has cancelled the request.</summary>
    public CancellationToken Ended => Source.Token;

    public void Dispose() => _aborted.Dispose();
}
