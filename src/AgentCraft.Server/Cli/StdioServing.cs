using AgentCraft.Data;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Monitoring;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Hosting.Telemetry;
using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Cli;

/// <summary>
/// <c>agentcraft serve --stdio</c>. Apart from <see cref="ServeCommand"/>, because what MCP clients start is run without even loading the
/// parser of the command line: that would take a tenth of the time until the server answers.
/// </summary>
internal static class StdioServing
{
    /// <summary>What to serve, when the arguments are what clients start the server with; null for all others, which are the parser's.</summary>
    public static StdioStart? StartOf(string[] arguments) =>
        arguments is ["serve", .. string[] options] && Read(options, null, new()) is var (root, tools) ? new(Roots.Of(root), tools) : null;

    /// <summary>Serves until the client is gone; returns the exit code. About <paramref name="more"/> see <see cref="ToolCatalog"/>.</summary>
    public static async Task<int> Run(StdioStart start, params IEnumerable<CatalogTool> more)
    {
        using ILoggerFactory logs = StderrLogs.Create();
        using CancellationTokenSource stopping = new();
        await Serve(start, logs, stopping, (options, maxLineBytes) => StdioHost.Run(options, logs, maxLineBytes, stopping), more);
        return 0;
    }

    /// <summary>Serves what <paramref name="run"/> takes from a client until that returns.</summary>
    public static async Task Serve(
        StdioStart start, ILoggerFactory logs, CancellationTokenSource stopping, Func<McpServerOptions, Func<int>, Task> run, params IEnumerable<CatalogTool> more)
    {
        // Publication only: a root that is missing or settings that are broken may be mended while the server runs.
        Lazy<Stores> stores = new(() => Roots.OpenStores(start.Root, start.Store ?? new(), logs), LazyThreadSafetyMode.PublicationOnly);
        // First of all, so that the first message is told of already.
        using IDisposable? telemetry = TelemetryOptions.Begin(start.Store?.Settings, Opened, logs.CreateLogger(nameof(TelemetryOptions)));
        ToolCatalog catalog = new(stores, more);
        McpServerOptions options = ServerOptions.Create(stores, catalog, start.Tools, logs, stopping.Token);
        OperationFilter.AddTo(options, catalog, "pipe");
        options.Filters.Message.IncomingFilters.Add(new StartupRecovery(start.Root, stores, logs.CreateLogger<StartupRecovery>(), stopping.Token).AfterFirst);
        _ = MaintenanceSchedule.Run(Opened, TimeProvider.System, logs.CreateLogger(nameof(MaintenanceSchedule)), stopping.Token);
        _ = MonitoringSchedule.Run(Opened, TimeProvider.System, logs.CreateLogger(nameof(MonitoringSchedule)), stopping.Token);
        await run(options, () => stores.Value.Settings.Stdio.MaxLineBytes);
        if (stores.IsValueCreated)
            await stores.Value.DisposeAsync();

        Stores? Opened() => stores.IsValueCreated ? stores.Value : null;
    }

    private static (string? Root, ToolOptions Tools)? Read(ReadOnlySpan<string> options, string? root, ToolOptions tools) => options switch
    {
        [] => (root, tools),
        ["--stdio", .. var rest] => Read(rest, root, tools),
        ["--root", [not '-', ..] given, .. var rest] when root is null => Read(rest, given, tools),
        ["--toolsets", var names, .. var rest] when tools.Toolsets is null && ToolSelection.IsValid(names) => Read(rest, root, tools with { Toolsets = names }),
        ["--read-only", .. var rest] => Read(rest, root, tools with { IsReadOnly = true }),
        _ => null,
    };
}

/// <summary>What a stdio server is started with.</summary>
/// <param name="Root">The project's directory, absolute.</param>
/// <param name="Tools">Which tools.</param>
/// <param name="Store">Which store; null leaves it to the settings.</param>
internal sealed record StdioStart(string Root, ToolOptions Tools, StoreOptions? Store = null);
