using AgentCraft.Data;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentCraft.Server.Cli;

/// <summary>The demo's HTTP server: in this process, so that it ends with it however it ends.</summary>
internal sealed class DemoHttp : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stores _stores;
    private readonly Task<int> _running;

    private DemoHttp(string root)
    {
        _stores = Roots.OpenStores(root, new(Store: ""));
        _running = HttpServing.Serve(_stores, _stores.Settings.Http with { Url = "http://127.0.0.1:0" }, new(), _listening.SetResult, NullLoggerFactory.Instance, _stopping);
    }

    /// <summary>The URL of its MCP endpoint.</summary>
    public Uri Mcp => _listening.Task.Result;

    /// <summary>Returns once it listens.</summary>
    public static async Task<DemoHttp> Start(string root)
    {
        DemoHttp server = new(root);
        // What keeps it from listening ends its run first, and is thrown here.
        await await Task.WhenAny(server._running, server._listening.Task);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _stores.DisposeAsync();
        _stopping.Dispose();
    }
}
