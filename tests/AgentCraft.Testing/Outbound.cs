using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgentCraft.Testing;

/// <summary>Makes the lines that a client sends.</summary>
internal static class Outbound
{
    /// <summary>As clients write: camelCase names, text as it is.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Who this client says it is.</summary>
    public static readonly object ClientInfo = new { name = "agentcraft-tests", version = "1.0" };

    private static readonly JsonWriterOptions Writing = new() { Encoder = Options.Encoder };

    /// <summary>One message with its line end; a request if it has an id, else a notification.</summary>
    public static ReadOnlyMemory<byte> Line(long? id, string method, object? parameters)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            if (id is { } number)
                writer.WriteNumber("id", number);
            writer.WriteString("method", method);
            if (parameters is not null)
            {
                writer.WritePropertyName("params");
                JsonSerializer.Serialize(writer, parameters, Options);
            }
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>Adds what each request of a revision without a handshake carries (SEP-2575); what is there already stays.</summary>
    public static JsonObject WithRevision(object? parameters, string protocolVersion)
    {
        var node = JsonSerializer.SerializeToNode(parameters, Options) as JsonObject ?? [];
        if (node["_meta"] is not JsonObject meta)
            node["_meta"] = meta = [];
        meta.TryAdd("io.modelcontextprotocol/protocolVersion", protocolVersion);
        meta.TryAdd("io.modelcontextprotocol/clientInfo", JsonSerializer.SerializeToNode(ClientInfo, Options));
        meta.TryAdd("io.modelcontextprotocol/clientCapabilities", new JsonObject());
        return node;
    }
}
