using System.Text.Json;

namespace AgentCraft.Testing;

/// <summary>The server answered a request with a JSON-RPC error.</summary>
public sealed class RpcErrorException(string method, JsonElement error)
    : Exception($"{method}: error {error.GetRawText()}")
{
    /// <summary>The JSON-RPC code, such as -32602.</summary>
    public int Code { get; } = error.GetProperty("code").GetInt32();

    /// <summary>The server's sentence.</summary>
    public string RpcMessage { get; } = error.GetProperty("message").GetString() ?? "";

    /// <summary>The error's data, where it has some.</summary>
    public JsonElement? RpcData { get; } = error.TryGetProperty("data", out JsonElement data) ? data : null;
}

/// <summary>
/// The server's streams ended before it answered: it exited, crashed or was killed. Whether it did what was asked is unknown.
/// </summary>
public sealed class ServerGoneException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>A tool answered, but not as the test expected: the message has the whole answer.</summary>
public sealed class UnexpectedAnswerException(string message) : Exception(message);
