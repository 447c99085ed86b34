using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// Requests that are no tool calls, with their answers, told as a <see cref="Story"/> tells calls: without what revisions add to every
/// result, and with JSON inside a text as JSON.
/// </summary>
public sealed class RequestStory(ContractConnection connection, Scrub scrub)
{
    private static readonly string[] OfTheRevision = ["resultType", "ttlMs", "cacheScope", "_meta"];
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly StringBuilder _text = new();

    /// <summary>Sends a request that succeeds and tells it under this heading.</summary>
    public async Task<JsonElement> Request(string heading, string method, object? parameters = null)
    {
        JsonElement result = await connection.Request(method, parameters);
        JsonObject told = JsonNode.Parse(result.GetRawText())!.AsObject();
        foreach (string member in OfTheRevision)
            told.Remove(member);
        Open(told);
        Tell(heading, method, parameters, told.ToJsonString(Pretty));
        return result;
    }

    /// <summary>Sends a request that is refused; returns the error's code, which not all revisions share.</summary>
    public async Task<int> Refused(string heading, string method, object? parameters = null)
    {
        RpcErrorException refusal = await Assert.ThrowsAsync<RpcErrorException>(() => connection.Request(method, parameters));
        AnswerChecks.Decent(refusal.RpcMessage);
        Tell(heading, method, parameters, $"refused: {refusal.RpcMessage}");
        return refusal.Code;
    }

    /// <summary>Everything told so far, scrubbed.</summary>
    public override string ToString() => scrub.Apply(_text.ToString());

    private void Tell(string heading, string method, object? parameters, string answer) =>
        _text.Append($"## {heading}\n{method} {JsonSerializer.Serialize(parameters ?? new { }, Pretty)}\n-> {answer}\n\n".ReplaceLineEndings("\n"));

    private static void Open(JsonNode? node)
    {
        if (node is JsonArray array)
            foreach (JsonNode? child in array)
                Open(child);
        if (node is not JsonObject parent)
            return;
        if (parent["mimeType"]?.GetValue<string>() == "application/json" && parent["text"] is JsonValue text)
            parent["text"] = JsonNode.Parse(text.GetValue<string>());
        else
            foreach ((_, JsonNode? child) in parent)
                Open(child);
    }
}
