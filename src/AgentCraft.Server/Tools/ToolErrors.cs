using AgentCraft.Data;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Tools;

/// <summary>The one place that turns an exception into a tool result. What is ours speaks for itself; anything else is a bug.</summary>
internal static class ToolErrors
{
    private const string InternalError = "internal_error";

    /// <summary>The error object for a failure; a bug is logged with a reference that the client is given.</summary>
    public static ToolError Describe(Exception failure, string tool, ILogger log)
    {
        if (failure is AgentCraftException ours)
            return new(ours.Code, SecretText.Hide(ours.Message), ours.Hint is { } hint ? SecretText.Hide(hint) : null, ours.Retryable);
        string reference = Guid.NewGuid().ToString("N")[..12];
        log.LogError(failure, "{Tool} failed unexpectedly. Reference: {Reference}", tool, reference);
        return new(InternalError, $"{tool} failed because of a fault in AgentCraft (reference {reference}).",
            "The server's log on stderr has the details under this reference; please report them. A call with an idempotencyKey can be repeated safely.", false);
    }

    /// <summary>The result that carries it: text only, since the output schema describes success.</summary>
    public static CallToolResult ToResult(ToolError error) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = ToolJson.Visible(error) }],
    };
}
