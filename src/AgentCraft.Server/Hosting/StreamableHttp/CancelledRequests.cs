using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// Ends the POST of a request that its client has cancelled. The SDK stops the handler and sends no response, so without this the POST
/// would stay open for ever.
/// </summary>
internal sealed class CancelledRequests
{
    private readonly ConcurrentDictionary<RequestId, CancellationTokenSource> _open = [];

    /// <summary>From now on <paramref name="post"/> is cancelled when a client cancels the request; until <see cref="Remove"/>.</summary>
    public void Add(RequestId id, CancellationTokenSource post) => _open[id] = post;

    /// <summary>The POST has ended.</summary>
    public void Remove(RequestId id, CancellationTokenSource post) => _open.TryRemove(new(id, post));

    /// <summary>Ends the POST that a notification names, if it is one of <c>notifications/cancelled</c> and there is such a POST.</summary>
    public void Heed(JsonRpcMessage message)
    {
        if (message is JsonRpcNotification { Method: NotificationMethods.CancelledNotification, Params: JsonObject parameters }
            && IdIn(parameters) is { } id && _open.TryGetValue(id, out CancellationTokenSource? post))
            post.Cancel();
    }

    private static RequestId? IdIn(JsonObject parameters) => parameters["requestId"] is not JsonValue id ? null : id.GetValueKind() switch
    {
        JsonValueKind.String => new RequestId(id.GetValue<string>()),
        JsonValueKind.Number when id.TryGetValue(out long number) => new RequestId(number),
        _ => null,
    };
}
