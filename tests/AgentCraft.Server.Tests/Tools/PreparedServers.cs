using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>One <see cref="PreparedServer"/> an engine for all tests of a class that leave it as it was; making one costs more than most of them.</summary>
public sealed class PreparedServers : IAsyncLifetime
{
    private readonly Dictionary<Engine, PreparedServer> _servers = [];

    /// <summary>That of the engine that the test runs on, made by the first who asks: the tests of a class run one after the other.</summary>
    public async Task<PreparedServer> OfEngine()
    {
        if (!_servers.TryGetValue(Engines.Current, out PreparedServer? server))
        {
            server = new();
            await server.InitializeAsync();
            _servers[Engines.Current] = server;
        }
        return server;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (PreparedServer server in _servers.Values)
            await server.DisposeAsync();
    }
}
