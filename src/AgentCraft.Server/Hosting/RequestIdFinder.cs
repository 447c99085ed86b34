using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// Finds the id that the answer to a broken or oversized line must carry for the client to know which request it is about. An answer
/// with a wrong id would fail another request, so in doubt there is none (the default, written as null).
/// </summary>
internal static class RequestIdFinder
{
    // Nesting too deep to accept must not hide an id that comes after it.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>The id of the object that the line is, or default.</summary>
    public static RequestId In(Line line)
    {
        (RequestId id, bool isResponse) = Scan(line.Bytes, isWhole: !line.IsTooLong);
        if (isResponse)
            return default;
        return id.Id is null && line.IsTooLong ? InEnding(line.Ending) : id;
    }

    // A response carries an id that we gave; sent back, the client would take it for one of its own.
    private static (RequestId Id, bool IsResponse) Scan(ReadOnlySpan<byte> json, bool isWhole)
    {
        RequestId id = default;
        try
        {
            var reader = new Utf8JsonReader(json, isWhole, new JsonReaderState(AnyDepth));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8))
                    return (default, true);
                bool isId = reader.ValueTextEquals("id"u8);
                if (!reader.Read())
                    break;
                if (isId)
                    id = Value(ref reader);
                if (!reader.TrySkip())
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was read before the line broke still counts.
        }
        return (id, false);
    }

    // The TypeScript SDK writes the id last. What one closing brace ends is the outermost object, so the id is its own; the comma
    // shows that the quote opens a key, for within a string it would need a backslash.
    private static RequestId InEnding(ReadOnlySpan<byte> ending)
    {
        ReadOnlySpan<byte> key = ",\"id\":"u8;
        int at = ending.LastIndexOf(key);
        if (at < 0 || ending[^1] != '}')
            return default;
        try
        {
            var reader = new Utf8JsonReader(ending[(at + key.Length)..^1]);
            RequestId id = reader.Read() ? Value(ref reader) : default;
            return reader.Read() ? default : id;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static RequestId Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => new(reader.GetString()!),
        JsonTokenType.Number when reader.TryGetInt64(out long number) => new(number),
        _ => default,
    };
}
