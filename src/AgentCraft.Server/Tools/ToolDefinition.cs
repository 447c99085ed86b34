using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Tools;

/// <summary>
/// What is said of a tool: what clients are shown, and what a call is checked by. It follows from the tool's method (<see cref="ToolExport"/>);
/// making it takes longer than all the rest of a start, so that of the product's own tools is text in the program, <c>definitions.json</c>.
/// A test compares the two.
/// </summary>
internal sealed class ToolDefinition
{
    internal const string Resource = "tools/definitions.json";

    private static readonly Lazy<ILookup<string, ToolDefinition>> Kept = new(Read);

    private readonly JsonElement _json;
    private readonly Lazy<Tool> _listed;

    /// <param name="json">An object of <c>class</c>, <c>method</c>, <c>toolset</c>, <c>asksWhoCalls</c>, <c>tool</c> and, where they are not the tool's
    /// input schema, <c>arguments</c>.</param>
    public ToolDefinition(JsonElement json)
    {
        _json = json;
        JsonElement tool = json.GetProperty("tool"), hints = tool.GetProperty("annotations");
        (Name, Toolset, Method) = (tool.GetProperty("name").GetString()!, json.GetProperty("toolset").GetString()!, json.GetProperty("method").GetString()!);
        (AsksWhoCalls, IsReadOnly, IsDestructive) =
            (json.GetProperty("asksWhoCalls").GetBoolean(), hints.GetProperty("readOnlyHint").GetBoolean(), hints.GetProperty("destructiveHint").GetBoolean());
        _listed = new(() => tool.Deserialize((System.Text.Json.Serialization.Metadata.JsonTypeInfo<Tool>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(Tool)))!);
    }

    /// <summary>snake_case, final.</summary>
    public string Name { get; }

    /// <summary>The toolset it belongs to.</summary>
    public string Toolset { get; }

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>Its arguments say who calls; those of other tools by the same names are mere filters.</summary>
    public bool AsksWhoCalls { get; }

    /// <summary>It changes no row.</summary>
    public bool IsReadOnly { get; }

    /// <summary>It may take away what is there.</summary>
    public bool IsDestructive { get; }

    /// <summary>What <c>tools/list</c> shows.</summary>
    public Tool Listed => _listed.Value;

    /// <summary>The schema that arguments are checked by.</summary>
    public JsonElement Arguments => _json.TryGetProperty("arguments", out JsonElement arguments) ? arguments : _json.GetProperty("tool").GetProperty("inputSchema");

    /// <summary>As it is kept: one line.</summary>
    public string Text => _json.GetRawText();

    /// <summary>What is kept of the tools of a class; empty for one that is not the product's.</summary>
    public static IEnumerable<ToolDefinition> KeptOf(Type type) => Kept.Value[type.FullName!];

    private static ILookup<string, ToolDefinition> Read()
    {
        using Stream text = typeof(ToolDefinition).Assembly.GetManifestResourceStream(Resource)!;
        return JsonElement.Parse(ReadAll(text)).EnumerateArray().ToLookup(json => json.GetProperty("class").GetString()!, json => new ToolDefinition(json));
    }

    private static byte[] ReadAll(Stream text)
    {
        byte[] bytes = new byte[text.Length];
        text.ReadExactly(bytes);
        return bytes;
    }
}
