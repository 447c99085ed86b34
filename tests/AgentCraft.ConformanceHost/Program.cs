using AgentCraft.ConformanceHost;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// The product's own host, with the tools, resources and prompts that the official conformance suite calls instead of the product's.
McpServerOptions options = new()
{
    ServerInfo = new() { Name = "agentcraft-conformance", Version = "1.0.0" },
    ScopeRequests = false,
    Capabilities = new() { Logging = new(), Resources = new() { Subscribe = true } },
    ToolCollection = [.. ContentTools.All, .. TalkingTools.All, .. InputTools.All, .. SchemaTools.All],
    ResourceCollection = [.. Resources.All],
    PromptCollection = [.. Prompts.All],
};
options.Handlers.SetLoggingLevelHandler = (_, _) => new(new EmptyResult());
options.Handlers.SubscribeToResourcesHandler = (_, _) => new(new EmptyResult());
options.Handlers.UnsubscribeFromResourcesHandler = (_, _) => new(new EmptyResult());
options.Handlers.ReadResourceHandler = (request, _) => throw new McpProtocolException("Resource not found", McpErrorCode.InvalidParams)
{
    Data = { ["uri"] = request.Params?.Uri },
};
options.Handlers.CompleteHandler = (_, _) => new(new CompleteResult { Completion = new() { Values = ["paris", "park", "party"], Total = 3, HasMore = false } });

using CancellationTokenSource stopping = new();
return await HttpHost.Run(
    new HttpSettings { Url = args is [var url] ? url : "http://127.0.0.1:0" }, options, _ => Task.CompletedTask,
    mcp => Console.WriteLine(mcp), NullLoggerFactory.Instance, stopping);
