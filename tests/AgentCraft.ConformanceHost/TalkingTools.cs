using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static AgentCraft.ConformanceHost.Fixture;

namespace AgentCraft.ConformanceHost;

/// <summary>Tools that send something before they answer: logs, progress, questions to the client.</summary>
internal static class TalkingTools
{
    private const string OneText = """{"type":"object","properties":{"NAME":{"type":"string"}},"required":["NAME"]}""";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static FixtureTool[] All { get; } =
    [
        new("test_tool_with_logging", "Logs three times.", Log),
        new("test_logging_tool", "Logs if it was asked to.", async (request, cancellationToken) =>
            request.JsonRpcRequest.Context?.LogLevel is null ? Says("Not asked to log.") : await Log(request, cancellationToken)),
        new("test_tool_with_progress", "Reports its progress three times.", Progress),
        new("test_sampling", "Asks the client's model.", Sample, OneText.Replace("NAME", "prompt")),
        new("test_elicitation", "Asks the client's user.", (request, cancellationToken) => Elicit(request, "User response", $$$"""
            {"message":{{{System.Text.Json.JsonSerializer.Serialize(request.Argument("message"))}}},"requestedSchema":{"type":"object","properties":{
              "username":{"type":"string","description":"User's response"},
              "email":{"type":"string","description":"User's email address"}},"required":["username","email"]}}
            """, cancellationToken), OneText.Replace("NAME", "message")),
        new("test_elicitation_sep1034_defaults", "Asks with defaults.", (request, cancellationToken) => Elicit(request, "Elicitation completed", """
            {"message":"Please check the defaults.","requestedSchema":{"type":"object","properties":{
              "name":{"type":"string","default":"John Doe"},
              "age":{"type":"integer","default":30},
              "score":{"type":"number","default":95.5},
              "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
              "verified":{"type":"boolean","default":true}},"required":[]}}
            """, cancellationToken)),
        new("test_elicitation_sep1330_enums", "Asks with every kind of choice.", (request, cancellationToken) => Elicit(request, "Elicitation completed", """
            {"message":"Please choose.","requestedSchema":{"type":"object","properties":{
              "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
              "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
              "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},
              "untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
              "titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}},"required":[]}}
            """, cancellationToken)),
        new("test_reconnection", "Answers after a pause.", async (_, cancellationToken) =>
        {
            await Task.Delay(Pause, cancellationToken);
            return Says("Reconnection test completed.");
        }),
    ];

    private static async Task<CallToolResult> Log(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        foreach (string line in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            await request.Server.SendNotificationAsync(NotificationMethods.LoggingMessageNotification,
                new LoggingMessageNotificationParams { Level = LoggingLevel.Info, Data = System.Text.Json.JsonSerializer.SerializeToElement(line) },
                cancellationToken: cancellationToken);
            await Task.Delay(Pause, cancellationToken);
        }
        return Says("Logged three times.");
    }

    private static async Task<CallToolResult> Progress(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        foreach (int percent in (int[])[0, 50, 100])
        {
            if (request.Params?.ProgressToken is { } token)
                await request.Server.NotifyProgressAsync(token, new() { Progress = percent, Total = 100 }, cancellationToken: cancellationToken);
            await Task.Delay(Pause, cancellationToken);
        }
        return Says("Reported its progress.");
    }

    private static async Task<CallToolResult> Sample(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        CreateMessageResult answer = await request.Server.SampleAsync(new CreateMessageRequestParams
        {
            Messages = [new() { Role = Role.User, Content = [Text(request.Argument("prompt"))] }],
            MaxTokens = 100,
        }, cancellationToken);
        return Says($"LLM response: {answer.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}");
    }

    private static async Task<CallToolResult> Elicit(
        RequestContext<CallToolRequestParams> request, string prefix, string question, CancellationToken cancellationToken)
    {
        ElicitResult answer = await request.Server.ElicitAsync(Read<ElicitRequestParams>(question), cancellationToken);
        return Says($"{prefix}: action={answer.Action}, content={System.Text.Json.JsonSerializer.Serialize(answer.Content)}");
    }
}
