using System.Diagnostics;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Cli;

/// <summary>An agent of the demo: the SDK's client and the server process that it started, as any MCP client would.</summary>
internal sealed class DemoAgent : IAsyncDisposable
{
    private readonly McpClient _client;
    private readonly Process _server;

    private DemoAgent(string name, McpClient client, Process server) => (Name, _client, _server) = (name, client, server);

    public string Name { get; }

    /// <summary>The process id of its server.</summary>
    public int Pid => _server.Id;

    /// <summary>Starts a server on the project and shakes hands.</summary>
    public static async Task<DemoAgent> Start(string name, string root, CancellationToken cancellationToken)
    {
        DemoServer server = DemoServer.Start(root);
        McpClient client = await McpClient.CreateAsync(
            new StreamClientTransport(server.Input, server.Output),
            new() { ClientInfo = new() { Name = "agentcraft-demo", Version = Hosting.ServerOptions.Version } },
            cancellationToken: cancellationToken);
        return new(name, client, server.Process);
    }

    /// <summary>Calls a tool under its own name.</summary>
    /// <exception cref="InvalidOperationException">The tool answered with an error.</exception>
    public async Task<JsonElement> Call(string tool, Dictionary<string, object?> arguments)
    {
        arguments[tool == "log_message" ? "from" : "agent"] = Name;
        CallToolResult result = await _client.CallToolAsync(tool, arguments);
        return result is { IsError: not true, StructuredContent: { } answer } ? answer
            : throw new InvalidOperationException($"{tool} failed: {string.Concat(result.Content.OfType<TextContentBlock>().Select(c => c.Text))}");
    }

    /// <summary>Ends the server the hard way.</summary>
    public void Kill() => _server.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_server.HasExited)
            _server.StandardInput.Close();
        await _client.DisposeAsync();
        _server.WaitForExit(TimeSpan.FromSeconds(5));
        _server.Dispose();
    }
}
