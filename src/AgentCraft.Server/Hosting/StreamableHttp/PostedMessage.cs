using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>The one JSON-RPC message of a POST.</summary>
internal static class PostedMessage
{
    private const string Json = "application/json";
    private const string EventStream = "text/event-stream";

    /// <summary>What messages are parsed with.</summary>
    private const int LargestDepth = 64;

    /// <summary>What the headers say against reading the body; null when nothing.</summary>
    public static HttpRefusal? CheckHeaders(HttpRequest request)
    {
        if (!IsJson(request))
            return new(StatusCodes.Status415UnsupportedMediaType, HttpRefusal.Forbidden, $"Content-Type must be {Json}, in UTF-8 and not compressed.");
        return Accepts(request, Json) && Accepts(request, EventStream) ? null : NotAcceptable($"{Json} and {EventStream}");
    }

    /// <summary>What the headers say against answering with a stream of events; null when nothing.</summary>
    public static HttpRefusal? CheckAcceptsEvents(HttpRequest request) => Accepts(request, EventStream) ? null : NotAcceptable(EventStream);

    /// <summary>The message that a body is; or why it is none, with the request's id if it can be found.</summary>
    /// <param name="body">What was read.</param>
    /// <param name="maxDepth">How deep it may nest.</param>
    public static (JsonRpcMessage? Message, HttpRefusal? Refusal) Parse(ReadOnlyMemory<byte> body, int maxDepth)
    {
        bool isShallow = maxDepth == LargestDepth || !IsDeeper(body.Span, maxDepth);
        if (isShallow && Utf8.IsValid(body.Span) && TryParse(body.Span) is { } message)
            return (message, null);
        JsonRpcError error = Hosting.Refusal.Of(new Line(body.Span), "body");
        return (null, !isShallow || IsDeeper(body.Span, maxDepth)
            ? new(StatusCodes.Status400BadRequest, (int)McpErrorCode.ParseError, $"The body nests deeper than {maxDepth} levels (http.maxJsonDepth). Flatten it, or send its inner part as text.", error.Id) { Limit = "http.maxJsonDepth" }
            : new(StatusCodes.Status400BadRequest, error.Error.Code, error.Error.Message, error.Id));
    }

    /// <summary>The method of a request or a notification; null for an answer.</summary>
    public static string? MethodOf(JsonRpcMessage message) =>
        (message as JsonRpcRequest)?.Method ?? (message as JsonRpcNotification)?.Method;

    /// <summary>The id that an answer to it must carry; the default where there is none.</summary>
    public static RequestId IdOf(JsonRpcMessage message) => message is JsonRpcRequest request ? request.Id : default;

    /// <summary>The object of parameters; null where there is none.</summary>
    public static JsonObject? ParametersOf(JsonRpcMessage message) =>
        ((message as JsonRpcRequest)?.Params ?? (message as JsonRpcNotification)?.Params) as JsonObject;

    /// <summary>The text of a member; null where there is none, or something else.</summary>
    public static string? TextOf(JsonObject? parent, string member) =>
        parent?[member] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    // Broken input raises more than JsonException; see StdioTransport. A member that is there twice is noticed only by who looks at it,
    // and half of a surrogate pair only by who reads the text: both are looked at here, before somebody else meets them.
    private static JsonRpcMessage? TryParse(ReadOnlySpan<byte> body)
    {
        try
        {
            JsonRpcMessage? message = JsonSerializer.Deserialize(body, LineWriter.MessageType);
            JsonObject? parameters = message is null ? null : ParametersOf(message);
            _ = TextOf(parameters, "name") ?? TextOf(parameters, "uri") ?? TextOf(parameters, "protocolVersion");
            _ = (parameters?["_meta"] as JsonObject)?.Count;
            return message;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static bool IsDeeper(ReadOnlySpan<byte> body, int depth)
    {
        try
        {
            Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = depth + 1 });
            while (reader.Read())
                if (reader.CurrentDepth >= depth && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    return true;
        }
        catch (JsonException)
        {
            // No JSON up to there.
        }
        return false;
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        && request.Headers.ContentEncoding.All(coding => coding is null or "" or "identity");

    // Without the header a client takes anything (RFC 9110).
    private static bool Accepts(HttpRequest request, string type) =>
        request.Headers.Accept.Count == 0 || request.GetTypedHeaders().Accept.Any(accepted => accepted.MatchesMediaType(type));

    private static HttpRefusal NotAcceptable(string what) =>
        new(StatusCodes.Status406NotAcceptable, HttpRefusal.Forbidden, $"Accept must allow {what}.");
}
