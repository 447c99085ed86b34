using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting;

/// <summary>One client's session over a pair of streams, whoever they belong to. What is about the process is <see cref="StdioHost"/>'s.</summary>
internal static class StdioSession
{
    /// <summary>How long requests that are being handled have to finish and be answered.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the session is over: the transport has ended, or <paramref name="stopping"/>, which is cancelled at the end in any case.</summary>
    public static async Task Run(StdioTransport transport, McpServerOptions options, ILoggerFactory loggerFactory, CancellationTokenSource stopping)
    {
        using CancellationTokenSource abort = new();
        using ClientConnection connection = new();
        McpServer server = connection.Server = McpServer.Create(transport, options, loggerFactory, connection);
        Task running = server.RunAsync(abort.Token);
        using CancellationTokenRegistration asked = stopping.Token.Register(() => transport.End("asked to stop"));
        _ = EndWithServer(transport, running);

        ILogger logger = loggerFactory.CreateLogger(typeof(StdioSession));
        string reason = await transport.InputEnded.ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        logger.LogInformation("Stopping: {Reason}.", reason);
        await Finish(running, abort).ConfigureAwait(false);
        if (running.IsFaulted)
            logger.LogError(running.Exception, "The server failed.");
    }

    private static async Task Finish(Task running, CancellationTokenSource abort)
    {
        await running.WaitAsync(Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await abort.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task EndWithServer(StdioTransport transport, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        transport.End("the server has ended");
    }
}
