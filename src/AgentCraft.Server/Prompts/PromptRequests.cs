using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Server.Resources;
using AgentCraft.Server.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Prompts;

/// <summary>
/// Answers <c>prompts/list</c> and <c>prompts/get</c>. What agents wrote comes as resources beside our words, never in them: data, not
/// instructions.
/// </summary>
internal sealed class PromptRequests(Lazy<Stores> stores)
{
    private const string Agent = "agent";

    /// <summary>Puts both handlers into a server's options.</summary>
    public void AddTo(McpServerOptions options)
    {
        options.Handlers.ListPromptsHandler = (_, _) => new(new ListPromptsResult { Prompts = [.. PromptCatalog.All.Select(prompt => prompt.Prompt)] });
        options.Handlers.GetPromptHandler = Get;
    }

    private async ValueTask<GetPromptResult> Get(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken)
    {
        string name = request.Params?.Name ?? "";
        PromptKind prompt = PromptCatalog.All.FirstOrDefault(known => known.Prompt.Name == name)
            ?? throw new McpProtocolException($"There is no prompt '{Text.Shown(name)}'. {Text.DidYouMean(name, PromptCatalog.All.Select(p => p.Prompt.Name))}prompts/list shows all.", McpErrorCode.InvalidParams);
        try
        {
            return await prompt.Get(stores.Value, Arguments(prompt, request.Params!, Principal.Of(request.JsonRpcRequest)), cancellationToken);
        }
        catch (AgentCraftException failure)
        {
            throw ResourceRequests.Refusal(failure);
        }
    }

    private static Dictionary<string, string> Arguments(PromptKind prompt, GetPromptRequestParams given, Principal? principal)
    {
        Dictionary<string, string> arguments = [];
        foreach ((string name, JsonElement value) in given.Arguments ?? new Dictionary<string, JsonElement>())
        {
            if (prompt.Prompt.Arguments!.All(argument => argument.Name != name))
                throw new McpProtocolException($"{prompt.Prompt.Name} has no argument '{Text.Shown(name, 40)}'; it has {Names(prompt)}.", McpErrorCode.InvalidParams);
            if (value.ValueKind != JsonValueKind.String)
                throw new McpProtocolException($"{name} must be a string.", McpErrorCode.InvalidParams);
            // Forms send a field that was left empty.
            if (Text.Storable(value.GetString(), name)!.Trim() is { Length: > 0 } text)
                arguments[name] = text;
        }
        // What a prompt quotes is for the caller's eyes.
        if (principal is not null)
            arguments[Agent] = arguments.TryGetValue(Agent, out string? said) && !principal.Is(said) ? throw principal.CannotBe(said, Agent) : principal.Agent;
        return prompt.Prompt.Arguments!.FirstOrDefault(argument => argument.Required == true && !arguments.ContainsKey(argument.Name)) is { } missing
            ? throw new McpProtocolException($"{missing.Name} is missing: {missing.Description}.", McpErrorCode.InvalidParams)
            : arguments;
    }

    private static string Names(PromptKind prompt) => string.Join(", ", prompt.Prompt.Arguments!.Select(argument => argument.Name));
}
