using AgentCraft.Data;
using AgentCraft.Server.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Resources;

/// <summary>Answers <c>resources/list</c>, <c>resources/templates/list</c> and <c>resources/read</c>, the same on every transport.</summary>
internal sealed class ResourceRequests(Lazy<Stores> stores)
{
    private const string FirstWithoutSessions = "2026-07-28";
    private const int LongestShown = 200;

    /// <summary>Puts the handlers into a server's options.</summary>
    public void AddTo(McpServerOptions options)
    {
        options.Handlers.ListResourcesHandler = (_, _) =>
            new(new ListResourcesResult { Resources = [.. ResourceCatalog.All.Where(kind => kind.IsSingle).Select(kind => kind.Resource)] });
        options.Handlers.ListResourceTemplatesHandler = (_, _) =>
            new(new ListResourceTemplatesResult { ResourceTemplates = [.. ResourceCatalog.All.Where(kind => !kind.IsSingle).Select(kind => kind.ResourceTemplate)] });
        options.Handlers.ReadResourceHandler = Read;
    }

    /// <summary>The kind of a URI and what its template's names stand for.</summary>
    /// <exception cref="McpProtocolException">There is no such kind.</exception>
    public static (ResourceKind Kind, IReadOnlyDictionary<string, string> Values) Find<T>(string? uri, RequestContext<T> request) => Visible(ResourceCatalog.Find(uri), request)
        ?? throw (uri is null ? new McpProtocolException("uri is missing.", McpErrorCode.InvalidParams)
            : About(uri, new($"There is no resource '{Text.Shown(uri, LongestShown)}'. resources/list and resources/templates/list show which there are.", NotFound(request))));

    /// <summary>A caller with a token has its own inbox; another's is as unknown as one that never was.</summary>
    private static (ResourceKind Kind, IReadOnlyDictionary<string, string> Values)? Visible<T>((ResourceKind Kind, IReadOnlyDictionary<string, string> Values)? found, RequestContext<T> request) =>
        found is { Kind.IsOwn: true } own && Principal.Of(request.JsonRpcRequest) is { } principal && !principal.Is(own.Values["name"]) ? null : found;

    /// <summary>The protocol's own error for a resource that is not there, or for a store that cannot be read, with our words and hint.</summary>
    public static McpProtocolException Refusal<T>(AgentCraftException failure, string uri, RequestContext<T> request) =>
        About(uri, Refusal(failure, failure.Code == ErrorCodes.NotFound ? NotFound(request) : McpErrorCode.InvalidParams));

    /// <summary>A failure as the protocol's own error: <paramref name="fault"/>, unless the same request may succeed later.</summary>
    public static McpProtocolException Refusal(AgentCraftException failure, McpErrorCode fault = McpErrorCode.InvalidParams) =>
        new(VisibleText.Of(SecretText.Hide($"{failure.Message} {failure.Hint}".TrimEnd())), failure, failure.Retryable ? McpErrorCode.InternalError : fault);

    private async ValueTask<ReadResourceResult> Read(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        string? uri = request.Params?.Uri;
        (ResourceKind kind, IReadOnlyDictionary<string, string> values) = Find(uri, request);
        try
        {
            return new() { Contents = [new TextResourceContents { Uri = uri!, MimeType = kind.MimeType, Text = await kind.ReadVisible(stores.Value, values, cancellationToken) }] };
        }
        catch (AgentCraftException failure)
        {
            throw Refusal(failure, uri!, request);
        }
    }

    /// <summary>The SDK makes the error's data of it.</summary>
    private static McpProtocolException About(string uri, McpProtocolException refusal)
    {
        refusal.Data["uri"] = uri.Length > LongestShown ? Text.Shown(uri, LongestShown) : SecretText.Hide(uri); // The caller's own: what he asked for must be it.
        return refusal;
    }

    // A code of its own in the revisions with sessions, an argument like any other since.
    private static McpErrorCode NotFound<T>(RequestContext<T> request) =>
        string.CompareOrdinal(request.JsonRpcRequest.Context?.ProtocolVersion ?? request.Server.NegotiatedProtocolVersion, FirstWithoutSessions) >= 0
            ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound;
}
