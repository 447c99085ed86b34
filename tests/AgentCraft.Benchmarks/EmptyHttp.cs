using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Hosting.Telemetry;
using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Benchmarks;

/// <summary>The product over HTTP with the empty tool in its catalogue, without its pages.</summary>
internal static class EmptyHttp
{
    /// <summary>The argument that makes this program serve it.</summary>
    public const string ServeCommand = "--serve-http-with-empty-tool";

    public static async Task<int> Run(string root)
    {
        using ILoggerFactory logs = StderrLogs.Create();
        using CancellationTokenSource stopping = new();
        await using Stores stores = Roots.OpenStores(root, new(), logs);
        Lazy<Stores> opened = new(stores);
        ToolCatalog catalog = new(opened, ToolCatalog.Of(() => new EmptyTools()));
        McpServerOptions options = ServerOptions.Create(opened, catalog, new(), logs, stopping.Token);
        OperationFilter.AddTo(options, catalog, "tcp");
        HttpSettings settings = stores.Settings.Http with { Url = "http://127.0.0.1:0" };
        return await HttpHost.Run(settings, options, _ => Task.CompletedTask, Console.Out.WriteLine, logs, stopping,
            new Authenticator(stores, stores.Settings.Auth, catalog), stores.Audit);
    }
}
