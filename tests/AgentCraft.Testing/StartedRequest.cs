using System.Diagnostics;
using System.Text.Json;

namespace AgentCraft.Testing;

/// <summary>A request that was sent and whose response may still be on its way.</summary>
public sealed class StartedRequest
{
    private readonly ServerLife _server;
    private readonly Task<Response> _response;

    internal StartedRequest(ServerLife server, long id, string method, Task<Response> response)
    {
        (_server, Id, Method, _response) = (server, id, method, response);
    }

    /// <summary>The JSON-RPC id, for <see cref="StdioServer.CancelRequest"/>.</summary>
    public long Id { get; }

    /// <summary>The method that was called.</summary>
    public string Method { get; }

    /// <summary>Just before the request was written (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public long SentAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>When the response's line was read; zero while there is none.</summary>
    public long ReceivedAt => _response.IsCompletedSuccessfully ? _response.Result.ReceivedAt : 0;

    /// <summary>True once there is a response, or none can come any more.</summary>
    public bool IsCompleted => _response.IsCompleted;

    /// <summary>The response's result.</summary>
    /// <exception cref="RpcErrorException">The server answered with an error.</exception>
    /// <exception cref="ServerGoneException">The server ended first.</exception>
    /// <exception cref="TimeoutException">No response within <see cref="StdioServer.Limit"/>.</exception>
    public async Task<JsonElement> Result(CancellationToken cancellation = default)
    {
        string what = $"the response to {Method} (id {Id})";
        JsonElement message = (await _server.Within(end => _response.WaitAsync(end), what, cancellation)).Message;
        if (message.ValueKind == JsonValueKind.Undefined)
            throw await _server.Gone(what);
        return message.TryGetProperty("error", out JsonElement error)
            ? throw new RpcErrorException(Method, error)
            : message.GetProperty("result");
    }
}
