using AgentCraft.Data;
using AgentCraft.Server.Hosting;
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
    /// <summary>The root, when the arguments are what clients start the server with; null for all others, which are the parser's.</summary>
    public static string? RootOf(string[] arguments) => arguments switch
    {
        ["serve"] or ["serve", "--stdio"] => Roots.Of((string?)null),
        ["serve", "--stdio", "--root", [not '-', ..] root] => Roots.Of(root),
        _ => null,
    };

    /// <summary>Serves until the client is gone; returns the exit code. About <paramref name="more"/> see <see cref="ToolCatalog"/>.</summary>
    public static async Task<int> Run(string root, string? store = null, params IEnumerable<CatalogTool> more)
    {
        using ILoggerFactory logs = StderrLogs.Create();
        using CancellationTokenSource stopping = new();
        // Publication only: a root that is missing or settings that are broken may be mended while the server runs.
        Lazy<Stores> stores = new(() => Roots.OpenStores(root, logs, store), LazyThreadSafetyMode.PublicationOnly);
        McpServerOptions options = ServerOptions.Create(stores, new ToolCatalog(stores, more), logs, stopping.Token);
        int exitCode = await StdioHost.Run(options, new ClientConnection(), logs, () => stores.Value.Settings.Stdio.MaxLineBytes, stopping);
        if (stores.IsValueCreated)
            await stores.Value.DisposeAsync();
        return exitCode;
    }
}
