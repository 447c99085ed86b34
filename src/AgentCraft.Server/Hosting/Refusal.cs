using System.Text.Json;
using System.Text.Unicode;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting;

/// <summary>The answer to a line that is no JSON-RPC message. It never repeats what the line says.</summary>
internal static class Refusal
{
    /// <param name="line">What was read.</param>
    /// <param name="what">What to call it.</param>
    public static JsonRpcError Of(Line line, string what = "line")
    {
        (McpErrorCode code, string message) = Reason(line, what);
        return new() { Id = RequestIdFinder.In(line), Error = new() { Code = (int)code, Message = message } };
    }

    private static (McpErrorCode Code, string Message) Reason(Line line, string what)
    {
        if (line.IsTooLong)
            return (McpErrorCode.InvalidRequest, $"{what} of {line.Length} bytes; the limit is {line.Limit}");
        if (!Utf8.IsValid(line.Bytes))
            return (McpErrorCode.ParseError, $"the {what} is not valid UTF-8");
        if (!IsJson(line.Bytes))
            return (McpErrorCode.ParseError, $"the {what} is not valid JSON, or nests deeper than 64 levels");
        return (McpErrorCode.InvalidRequest, $"the {what} is no JSON-RPC 2.0 request, notification or response");
    }

    // The default depth is the one that messages are parsed with.
    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
