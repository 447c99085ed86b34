using System.Text.Json;
using ModelContextProtocol.Protocol;
using static AgentCraft.ConformanceHost.Fixture;

namespace AgentCraft.ConformanceHost;

/// <summary>The suite's prompts.</summary>
internal static class Prompts
{
    public static FixturePrompt[] All { get; } =
    [
        new("test_simple_prompt", "Says something.", [], _ => [User(Text("This is a simple prompt for testing."))]),
        new("test_prompt_with_arguments", "Repeats its arguments.", ["arg1", "arg2"],
            request => [User(Text($"Prompt with arguments: arg1='{Argument(request.Params, "arg1")}', arg2='{Argument(request.Params, "arg2")}'"))]),
        new("test_prompt_with_embedded_resource", "Embeds a resource.", ["resourceUri"], request =>
        [
            User(Resource(Argument(request.Params, "resourceUri"), "text/plain", "Embedded resource content for testing.")),
            User(Text("Please process the embedded resource above.")),
        ]),
        new("test_prompt_with_image", "Shows an image.", [], _ => [User(Image), User(Text("Please analyze the image above."))]),
        InputTools.Prompt,
    ];

    private static PromptMessage User(ContentBlock content) => new() { Role = Role.User, Content = content };

    private static string Argument(GetPromptRequestParams? parameters, string name) =>
        parameters?.Arguments?.TryGetValue(name, out JsonElement value) is true ? value.ToString() : "";
}
