using System.Text;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// What <c>agentcraft serve --stdio</c> runs, but for the process, in this one: starting it costs a tenth, and each case needs its own.
/// Whatever is about the process itself is tested with one (Hosting/, Crash/, Clients/).
/// </summary>
internal static class HostedStdio
{
    /// <summary>Starts a server with every tool and shakes hands with it.</summary>
    /// <param name="settings">As <c>--setting</c> has them.</param>
    public static async Task<StdioServer> Connect(string root, IReadOnlyDictionary<string, string>? settings = null)
    {
        MemoryStream log = new();
        StdioStart start = new(root, new ToolOptions("all"), new StoreOptions(TestStore.Of(root) ?? "", Settings: settings));
        StdioServer server = StdioServer.Hosted((input, output) => Serve(start, input, output, log), () => Encoding.UTF8.GetString(log.ToArray()));
        await server.InitializeOrEnd();
        return server;
    }

    private static async Task Serve(StdioStart start, Stream input, Stream output, MemoryStream log)
    {
        using ILoggerFactory logs = StderrLogs.Create(() => Stream.Synchronized(log));
        using CancellationTokenSource stopping = new();
        await StdioServing.Serve(start, logs, stopping, async (options, maxLineBytes) =>
        {
            await using StdioTransport transport = new(input, output, maxLineBytes, logs);
            await StdioSession.Run(transport, options, logs, stopping);
        });
    }
}
