using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Resources;

/// <summary>
/// Tells clients that a resource changed: by <c>resources/subscribe</c> while their session lasts, and by <c>subscriptions/listen</c>
/// since 2026-07-28, on the stream of that request.
/// </summary>
internal sealed class Subscriptions(Lazy<Stores> stores, ILogger<Subscriptions> log, CancellationToken stopping)
{
    /// <summary>Puts the handlers into a server's options, and says that there are subscriptions.</summary>
    public void AddTo(McpServerOptions options)
    {
        options.Capabilities = new() { Resources = new() { Subscribe = true } };
        options.Handlers.SubscribeToResourcesHandler = Subscribe;
        options.Handlers.UnsubscribeFromResourcesHandler = Unsubscribe;
        options.Handlers.SubscriptionsListenHandler = Listen;
    }

    private async ValueTask<EmptyResult> Subscribe(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        Watched watched = Watchable(request.Params?.Uri, request);
        ClientConnection connection = ClientConnection.Of(request.Services);
        if (connection.Subscriptions.Begin(watched.Uri) is not { } ended)
            return new();
        TaskCompletionSource watching = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task watch = Watch(watched, watching.SetResult,
            cancelled => connection.Notify(NotificationMethods.ResourceUpdatedNotification, Updated(watched.Uri, null), cancelled), ended.Token);
        _ = End(connection, watched.Uri, ended, watch, watching.Task);
        try
        {
            // What fails at once is told to who asked.
            await await Task.WhenAny(watching.Task, Refused(watch, watched.Uri, request)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            connection.Subscriptions.End(watched.Uri, ended);
            cancellationToken.ThrowIfCancellationRequested();
            // Unsubscribed from meanwhile.
        }
        return new();
    }

    private static ValueTask<EmptyResult> Unsubscribe(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        ClientConnection.Of(request.Services).Subscriptions.End(request.Params?.Uri ?? "");
        return new(new EmptyResult());
    }

    private async ValueTask<EmptyResult> Listen(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        Watched[] watched = [.. (request.Params?.Notifications?.ResourceSubscriptions ?? []).Distinct().Select(uri => Watchable(uri, request))];
        using IDisposable counted = ClientConnection.Of(request.Services).Subscriptions.Listen(watched.Length);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        RequestId id = request.JsonRpcRequest.Id;
        CountdownTask ready = new(watched.Length);
        TaskCompletionSource acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] watches = [.. watched.Select(one => Watch(one, ready.Signal, async cancelled =>
        {
            // Nothing may come before the acknowledgement.
            await acknowledged.Task.WaitAsync(cancelled);
            await Send(request.Server, NotificationMethods.ResourceUpdatedNotification, Updated(one.Uri, id), cancelled);
        }, end.Token))];
        try
        {
            await await Task.WhenAny([ready.Done, .. watches.Zip(watched, (watch, one) => Refused(watch, one.Uri, request))]).WaitAsync(end.Token);
            await Send(request.Server, NotificationMethods.SubscriptionsAcknowledgedNotification, Acknowledgement(watched, id), end.Token);
            acknowledged.SetResult();
            // Nothing else changes while the server runs; the stream is open until one of the two sides ends it.
            await Task.WhenAny([Task.Delay(Timeout.InfiniteTimeSpan, end.Token), .. watches]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The server stops: the answer says that the stream is over.
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (acknowledged.Task.IsCompleted)
            LogFaults(watches);
        return new() { Meta = WithId([], id)["_meta"]!.DeepClone().AsObject() };
    }

    private static Watched Watchable<T>(string? uri, RequestContext<T> request) => ResourceRequests.Find(uri, request) is { Kind.Changes: not null } found
        ? new(uri!, found.Kind, found.Values)
        : throw new McpProtocolException($"'{Text.Shown(uri!, 200)}' cannot be subscribed to; agents' inboxes and agentcraft://handovers/latest can.", McpErrorCode.InvalidParams);

    /// <summary>Opening the store, too, fails in the task.</summary>
    private async Task Watch(Watched watched, Action watching, Func<CancellationToken, Task> changed, CancellationToken ended)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(ended, stopping);
        await ResourceWatch.Run(stores.Value, watched.Kind, watched.Values, watching, changed, end.Token);
    }

    private static async Task Refused<T>(Task watch, string uri, RequestContext<T> request)
    {
        try
        {
            await watch;
        }
        catch (AgentCraftException failure)
        {
            throw ResourceRequests.Refusal(failure, uri, request);
        }
    }

    private async Task End(ClientConnection connection, string uri, CancellationTokenSource end, Task watch, Task watching)
    {
        await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        connection.Subscriptions.End(uri, only: end);
        if (watching.IsCompleted)
            LogFaults(watch);
    }

    /// <summary>A client that has just gone can be told nothing, which is no fault; that of a start is told to who asked.</summary>
    private void LogFaults(params Task[] watches)
    {
        foreach (Exception fault in watches.Where(watch => watch.IsFaulted).Select(watch => watch.Exception!.InnerException!))
            if (!stopping.IsCancellationRequested && fault is not (ObjectDisposedException or IOException or System.Threading.Channels.ChannelClosedException))
                log.LogWarning("A subscription ended: {Reason}", fault.Message);
    }

    private static Task Send(McpServer server, string method, JsonObject parameters, CancellationToken cancellationToken) =>
        server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, cancellationToken);

    private static JsonObject Updated(string uri, RequestId? subscription) => WithId(new() { ["uri"] = uri }, subscription);

    private static JsonObject Acknowledgement(Watched[] watched, RequestId subscription) => WithId(new()
    {
        ["notifications"] = watched.Length == 0 ? new JsonObject() : new JsonObject { ["resourceSubscriptions"] = new JsonArray([.. watched.Select(one => JsonValue.Create(one.Uri))]) },
    }, subscription);

    /// <summary>Clients that share a channel tell their subscriptions apart by it.</summary>
    private static JsonObject WithId(JsonObject parameters, RequestId? subscription)
    {
        if (subscription is { } id)
            parameters["_meta"] = new JsonObject { [MetaKeys.SubscriptionId] = id.Id is long number ? JsonValue.Create(number) : JsonValue.Create((string)id.Id!) };
        return parameters;
    }

    private sealed record Watched(string Uri, ResourceKind Kind, IReadOnlyDictionary<string, string> Values);

    /// <summary>Done when it has been signalled so often.</summary>
    private sealed class CountdownTask
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left;

        public CountdownTask(int count)
        {
            _left = count;
            if (count == 0)
                _done.SetResult();
        }

        public Task Done => _done.Task;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _done.SetResult();
        }
    }
}
