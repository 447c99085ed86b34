using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>A server that a whole class of tests shares, on a project that <see cref="SampleCalls"/> prepared.</summary>
public sealed class PreparedServer : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();

    public string Root => _project.Root;

    public StdioServer Server { get; private set; } = null!;

    /// <summary>The id of bob's first message.</summary>
    public string Message { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Server = await StdioServer.Connect(Root, ["--toolsets", "all"]);
        Message = await SampleCalls.Prepare(Server);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Assert.Equal(0, Server.UnreadLines);
        Assert.DoesNotContain(" fail: ", Server.StandardError, StringComparison.Ordinal);
        _project.Dispose();
    }
}
