using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>A server with every tool on a project that <see cref="SampleCalls"/> prepared; at its end it must have kept to the protocol.</summary>
public sealed class PreparedServer : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();

    /// <summary>What a server does by itself after a minute, as an event, must not be taken for a tool's doing.</summary>
    public static IReadOnlyDictionary<string, string> WithoutChores { get; } =
        new Dictionary<string, string> { ["backup.enabled"] = "false", ["maintenance.interval"] = "0", ["monitoring.interval"] = "0" };

    /// <summary>The same for a process, and every tool.</summary>
    public static IEnumerable<string> Arguments { get; } = ["--toolsets", "all", .. WithoutChores.SelectMany(pair => new[] { "--setting", $"{pair.Key}={pair.Value}" })];

    public string Root => _project.Root;

    public StdioServer Server { get; private set; } = null!;

    /// <summary>What <see cref="SampleCalls.Arguments"/> puts in.</summary>
    public IReadOnlyDictionary<string, string> Ids { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await HostedStdio.Connect(Root, WithoutChores);
        Ids = await SampleCalls.Prepare(Server);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Assert.Equal(0, Server.UnreadLines);
        Assert.DoesNotContain(" fail: ", Server.StandardError, StringComparison.Ordinal);
        _project.Dispose();
    }
}
