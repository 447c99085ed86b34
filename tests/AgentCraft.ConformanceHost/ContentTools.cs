using ModelContextProtocol.Protocol;
using static AgentCraft.ConformanceHost.Fixture;

namespace AgentCraft.ConformanceHost;

/// <summary>Tools that return each kind of content.</summary>
internal static class ContentTools
{
    public static FixtureTool[] All { get; } =
    [
        Tool("test_simple_text", "Returns text.", () => Says("This is a simple text response for testing.")),
        Tool("test_image_content", "Returns an image.", () => Result(Image)),
        Tool("test_audio_content", "Returns a sound.", () => Result(AudioContentBlock.FromBytes(Convert.FromBase64String(Wav), "audio/wav"))),
        Tool("test_embedded_resource", "Returns a resource.",
            () => Result(Resource("test://embedded-resource", "text/plain", "This is an embedded resource content."))),
        Tool("test_multiple_content_types", "Returns three kinds at once.",
            () => Result(Text("Multiple content types test:"), Image, Resource("test://mixed-content-resource", "application/json", """{"test":"data","value":123}"""))),
        Tool("test_error_handling", "Fails.", () =>
        {
            CallToolResult failed = Says("This tool intentionally returns an error for testing");
            failed.IsError = true;
            return failed;
        }),
    ];

    private static FixtureTool Tool(string name, string description, Func<CallToolResult> result) => new(name, description, (_, _) => Task.FromResult(result()));
}
