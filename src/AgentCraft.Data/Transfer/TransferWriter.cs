using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentCraft.Data.Transfer;

/// <summary>Writes the lines of an export, and keeps count of them.</summary>
internal sealed class TransferWriter : IDisposable
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = new PlainJsonEncoder(), SkipValidation = true };

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public TransferWriter(Stream output) => (_output, _json) = (output, new Utf8JsonWriter(_line, Plain));

    /// <summary>How many lines were written.</summary>
    public long Lines { get; private set; }

    /// <summary>How many bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many rows, by table.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>All rows.</summary>
    public long Rows { get; private set; }

    /// <summary>The header.</summary>
    public void Write(TransferHeader header) => Write(header, TransferJson.Default.TransferHeader);

    /// <summary>From here on rows are of this agent's own tables, of this set.</summary>
    public void WriteSection(string agentId, string set)
    {
        _json.WriteStartObject();
        _json.WriteString("agent"u8, agentId);
        _json.WriteString("set"u8, set);
        _json.WriteEndObject();
        EndLine();
    }

    /// <summary>A row.</summary>
    public void WriteRow(TransferTable table, IReadOnlyList<object?> values, string prefix)
    {
        _json.WriteStartObject();
        _json.WriteString("t"u8, table.Name);
        _json.WriteStartObject("r"u8);
        for (int i = 0; i < values.Count; i++)
        {
            _json.WritePropertyName(table.Columns[i].Name);
            WriteValue(values[i], table.Columns[i].Target is not null);
        }
        _json.WriteEndObject();
        _json.WriteEndObject();
        EndLine();
        _counts[prefix + table.Name] = _counts.GetValueOrDefault(prefix + table.Name) + 1;
        Rows++;
    }

    /// <summary>The trailer. Returns the hash in it.</summary>
    public string WriteEnd()
    {
        string sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        Write(new TransferTrailer { End = true, Lines = Lines, Counts = _counts, Sha256 = sha256 }, TransferJson.Default.TransferTrailer);
        _output.Flush();
        return sha256;
    }

    public void Dispose()
    {
        _json.Dispose();
        _hash.Dispose();
    }

    private void WriteValue(object? value, bool isReference)
    {
        switch (value)
        {
            case null:
                _json.WriteNullValue();
                break;
            case long number:
                _json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case double number:
                _json.WriteStringValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case string text when isReference && text.StartsWith('['):
                _json.WriteRawValue(text);
                break;
            default:
                _json.WriteStringValue((string)value);
                break;
        }
    }

    private void Write<T>(T line, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(_json, line, type);
        EndLine();
    }

    private void EndLine()
    {
        _json.Flush();
        _json.Reset();
        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        _output.Write(_line.WrittenSpan);
        Bytes += _line.WrittenCount;
        Lines++;
        _line.ResetWrittenCount();
    }
}
