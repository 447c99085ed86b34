using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Cli;

/// <summary>An agent of the demo: the SDK's client, with a stdio server of its own or connected to one that many share.</summary>
internal sealed class DemoAgent : IAsyncDisposable
{
    private readonly McpClient _client;
    private readonly DemoServer? _ownServer;

    private DemoAgent(string name, McpClient client, DemoServer? ownServer) => (Name, _client, _ownServer) = (name, client, ownServer);

    public string Name { get; }

    /// <summary>How it is connected, for the story.</summary>
    public string Connection => _ownServer is null ? "over HTTP" : $"over stdio, server process {_ownServer.Process.Id}";

    /// <summary>Starts a stdio server on the project and shakes hands.</summary>
    public static async Task<DemoAgent> OverStdio(string name, string root, CancellationToken cancellationToken)
    {
        DemoServer server = DemoServer.Start(root);
        StreamClientTransport transport = new(server.Process.StandardInput.BaseStream, server.Process.StandardOutput.BaseStream);
        return new(name, await Connect(transport, cancellationToken), server);
    }

    /// <summary>Shakes hands with a server that runs already.</summary>
    public static async Task<DemoAgent> OverHttp(string name, Uri mcp, CancellationToken cancellationToken) =>
        new(name, await Connect(new HttpClientTransport(new() { Endpoint = mcp }), cancellationToken), ownServer: null);

    /// <summary>Calls a tool under its own name.</summary>
    /// <exception cref="InvalidOperationException">The tool answered with an error.</exception>
    public async Task<JsonElement> Call(string tool, Dictionary<string, object?> arguments)
    {
        arguments[tool == "log_message" ? "from" : "agent"] = Name;
        CallToolResult result = await _client.CallToolAsync(tool, arguments);
        return result is { IsError: not true, StructuredContent: { } answer } ? answer
            : throw new InvalidOperationException($"{tool} failed: {string.Concat(result.Content.OfType<TextContentBlock>().Select(c => c.Text))}");
    }

    /// <summary>Ends its server the hard way.</summary>
    public void Kill() => _ownServer?.Process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (_ownServer is not null)
            await _ownServer.DisposeAsync();
        await _client.DisposeAsync();
    }

    private static Task<McpClient> Connect(IClientTransport transport, CancellationToken cancellationToken) => McpClient.CreateAsync(
        transport, new() { ClientInfo = new() { Name = "agentcraft-demo", Version = Hosting.ServerOptions.Version } }, cancellationToken: cancellationToken);
}
