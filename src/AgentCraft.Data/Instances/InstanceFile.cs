using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentCraft.Data.Instances;

/// <summary>The text of <c>.agentcraft.json</c>. Fields that this program does not know stay as they are.</summary>
internal sealed class InstanceFile
{
    /// <summary>The format that this program writes.</summary>
    public const int Version = 1;

    /// <summary>More than any has.</summary>
    public const int LargestBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _fields;

    private InstanceFile(JsonObject fields, Instance instance) => (_fields, Instance) = (fields, instance);

    /// <summary>What it says.</summary>
    public Instance Instance { get; }

    /// <summary>A new one.</summary>
    public static InstanceFile Of(Instance instance) => new InstanceFile([], instance).With(instance);

    /// <summary>Reads the text of the file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="isNewer">A newer program wrote it: what cannot be read is not broken.</param>
    /// <exception cref="FormatException">In words, what is wrong with it.</exception>
    public static InstanceFile Parse(byte[] bytes, out bool isNewer)
    {
        isNewer = false;
        if (bytes.Length > LargestBytes)
            throw new FormatException($"it has more than {LargestBytes:N0} bytes");
        JsonObject fields = Fields(bytes);
        int version = Integer(fields, "version") ?? throw new FormatException("version is missing");
        isNewer = version > Version;
        if (version < 1)
            throw new FormatException($"there is no version {version}");
        return new(fields, Read(fields));
    }

    /// <summary>The same with other contents.</summary>
    public InstanceFile With(Instance instance)
    {
        JsonObject fields = (JsonObject)_fields.DeepClone();
        instance = instance with { Revision = Instance.Revision + 1 };
        InstanceFields.Write(fields, instance);
        return new(fields, instance);
    }

    /// <inheritdoc/>
    public override string ToString() => _fields.ToJsonString(Pretty) + "\n";

    private static JsonObject Fields(byte[] bytes)
    {
        ReadOnlySpan<byte> text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            JsonObject fields = JsonNode.Parse(text) as JsonObject ?? throw new FormatException("it is no JSON object");
            // The members are looked at only when they are asked for, and one may be there twice.
            _ = fields.Count;
            return fields;
        }
        catch (JsonException broken)
        {
            throw new FormatException($"it is no valid JSON (line {broken.LineNumber + 1})");
        }
        catch (ArgumentException)
        {
            throw new FormatException("a member is there twice");
        }
    }

    private static Instance Read(JsonObject fields)
    {
        try
        {
            return InstanceFields.Read(fields);
        }
        catch (Exception broken) when (broken is InvalidOperationException or JsonException or ArgumentException)
        {
            throw new FormatException($"it cannot be read: {broken.Message}");
        }
    }

    private static int? Integer(JsonObject fields, string name) =>
        fields[name] is JsonValue value && value.TryGetValue(out int number) ? number : fields[name] is null ? null : throw new FormatException($"{name} is no whole number");
}
