using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Monitoring;
using AgentCraft.Server.Dashboard;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Hosting.Telemetry;
using AgentCraft.Server.Hosting.Web;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft serve --http</c>. Apart from <see cref="ServeCommand"/>, so that a stdio server never loads ASP.NET.</summary>
internal static class HttpServing
{
    public static async Task<int> Run(string root, string? url, StoreOptions store, ToolOptions tools, bool asJson)
    {
        Stores? opened = null;
        using ILoggerFactory logs = StderrLogs.Create(format: () => opened?.Settings.Log.Format);
        using CancellationTokenSource stopping = new();
        TaskCompletionSource ending = new();
        using CancellationTokenRegistration ended = stopping.Token.Register(ending.SetResult);
        LastResort.ExitSoonAfter(ending.Task);
        await using Stores stores = opened = Roots.OpenStores(root, store, logs);
        using IDisposable? telemetry = TelemetryOptions.Begin(store.Settings, () => stores, logs.CreateLogger(nameof(TelemetryOptions)));
        HttpSettings settings = url is null ? stores.Settings.Http : stores.Settings.Http with { Url = url };
        bool asks = stores.Settings.Auth.Issuer.Length > 0 || await HasTokens(stores);
        return await Serve(stores, settings, tools, mcp => Console.Out.WriteLine(asJson ? ClientConfigurations.HttpJson(mcp, root, asks) : Greeting(mcp, root, stores.Databases.Central.Path, asks)), logs, stopping);
    }

    /// <summary>Serves these stores until <paramref name="stopping"/> is cancelled; tells <paramref name="started"/> the URL.</summary>
    public static async Task<int> Serve(
        Stores stores, HttpSettings settings, ToolOptions tools, Action<Uri> started, ILoggerFactory logs, CancellationTokenSource stopping)
    {
        tools.With(stores.Settings); // A setting that names no toolset is told before anybody connects.
        Lazy<Stores> opened = new(stores);
        _ = MaintenanceSchedule.Run(() => stores, TimeProvider.System, logs.CreateLogger(nameof(MaintenanceSchedule)), stopping.Token);
        _ = MonitoringSchedule.Run(() => stores, TimeProvider.System, logs.CreateLogger(nameof(MonitoringSchedule)), stopping.Token);
        ToolCatalog catalog = new(opened);
        McpServerOptions options = ServerOptions.Create(opened, catalog, tools, logs, stopping.Token);
        new StartupRecovery(stores.Databases.Root, opened, logs.CreateLogger<StartupRecovery>(), stopping.Token).Begin();
        OperationFilter.AddTo(options, catalog, "tcp");
        using PrometheusMetrics? metrics = stores.Settings.Telemetry.Metrics ? new(stores) : null;
        Authenticator authenticator = new(stores, stores.Settings.Auth, catalog);
        return await HttpHost.Run(settings, options, cancellationToken => stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM store_info"), cancellationToken), started, logs, stopping,
            authenticator, stores.Audit, app =>
            {
                DashboardRoutes.Map(app, stores, new WebSessions(stores, authenticator), logs, stopping.Token);
                if (metrics is not null)
                    app.MapGet(HttpHost.MetricsPath, metrics.Get);
            });
    }

    /// <summary>A store that cannot be read now is no reason not to start: each call is told of it.</summary>
    private static async Task<bool> HasTokens(Stores stores)
    {
        try
        {
            return await stores.TokenCheck.Any();
        }
        catch (AgentCraftException)
        {
            return false;
        }
    }

    private static string Greeting(Uri mcp, string root, string store, bool asks) => $"""
        AgentCraft serves {root}
        Store  {store}
        MCP    {mcp}
        Pages  {new Uri(mcp, "/")}

        Connect a client:

        {ClientConfigurations.Http(mcp, asks)}

        Ctrl+C ends it.
        """;
}
