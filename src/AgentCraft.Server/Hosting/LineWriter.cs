using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting;

/// <summary>Writes each message as one line with one call on the stream, out of one buffer. For one caller at a time.</summary>
internal sealed class LineWriter(Stream output)
{
    private const int SmallBuffer = 4 << 10;
    private const int LargestKeptBuffer = 256 << 10;

    // The default encoder would write every é and every quote as \uXXXX; line breaks of all kinds are escaped by this one too.
    private static readonly JsonWriterOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private ArrayBufferWriter<byte> _line = new(SmallBuffer);
    private Utf8JsonWriter? _json;

    internal static JsonTypeInfo<JsonRpcMessage> MessageType { get; } =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    public void Write(JsonRpcMessage message)
    {
        Serialize(message);
        output.Write(_line.WrittenSpan);
        output.Flush();
        if (_line.Capacity > LargestKeptBuffer)
            _line = new(SmallBuffer);
    }

    private void Serialize(JsonRpcMessage message)
    {
        _line.ResetWrittenCount();
        _json ??= new(_line, Relaxed);
        _json.Reset(_line);
        JsonSerializer.Serialize(_json, message, MessageType);
        _json.Flush();
        _line.Write("\n"u8);
    }
}
