using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.ConformanceHost;

/// <summary>What a tool of the suite does.</summary>
internal delegate Task<CallToolResult> ToolBody(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken);

/// <summary>A tool that the suite asks for by name.</summary>
internal sealed class FixtureTool(string name, string description, ToolBody body, string schema = """{"type":"object","properties":{}}""") : McpServerTool
{
    public override Tool ProtocolTool { get; } = new() { Name = name, Description = description, InputSchema = JsonElement.Parse(schema) };

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default) => await body(request, cancellationToken);
}

/// <summary>A prompt that the suite asks for by name; the arguments are all required.</summary>
internal sealed class FixturePrompt(
    string name, string description, string[] arguments, Func<RequestContext<GetPromptRequestParams>, PromptMessage[]> messages) : McpServerPrompt
{
    public override Prompt ProtocolPrompt { get; } = new()
    {
        Name = name, Description = description, Arguments = [.. arguments.Select(a => new PromptArgument { Name = a, Description = a, Required = true })],
    };

    public override IReadOnlyList<object> Metadata => [];

    public override ValueTask<GetPromptResult> GetAsync(
        RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken = default) => new(new GetPromptResult { Messages = messages(request) });
}

/// <summary>Short ways to say what the fixtures say.</summary>
internal static class Fixture
{
    /// <summary>One red pixel.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

    /// <summary>No sound at all.</summary>
    public const string Wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

    public static CallToolResult Result(params ContentBlock[] content) => new() { Content = content };

    public static CallToolResult Says(string text) => Result(Text(text));

    public static TextContentBlock Text(string text) => new() { Text = text };

    public static ImageContentBlock Image { get; } = ImageContentBlock.FromBytes(Convert.FromBase64String(Png), "image/png");

    public static EmbeddedResourceBlock Resource(string uri, string mimeType, string text) =>
        new() { Resource = new TextResourceContents { Uri = uri, MimeType = mimeType, Text = text } };

    public static string Argument(this RequestContext<CallToolRequestParams> request, string name) =>
        request.Params?.Arguments?.TryGetValue(name, out JsonElement value) is true ? value.ToString() : "";

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, McpJsonUtilities.DefaultOptions)!;
}
