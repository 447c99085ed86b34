using System.Runtime.InteropServices;
using System.Text;
using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// Serves one client over standard input and output. Ends, and the process with it, within two seconds of the end of input, of SIGTERM
/// or SIGINT, of the parent's death being noticed, or of <c>stopping</c> being cancelled by somebody else.
/// </summary>
internal static class StdioHost
{
    /// <summary>How long requests that are being handled have to finish and be answered.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Returns when the session is over, with the process's exit code. <paramref name="stopping"/> is cancelled first of all: tools that
    /// wait must give up on it at once. What still runs 1.6 s after the end, in a handler or in the caller after the return, is cut off
    /// with the process. About <paramref name="maxLineBytes"/> see <see cref="LineReader"/>.
    /// </summary>
    public static async Task<int> Run(
        McpServerOptions options,
        IServiceProvider services,
        ILoggerFactory loggerFactory,
        Func<int> maxLineBytes,
        CancellationTokenSource stopping)
    {
        await using StdioTransport transport = new(Console.OpenStandardInput(), TakeStandardOutput(), maxLineBytes, loggerFactory);
        using var abort = new CancellationTokenSource();
        using ClientConnection connection = ClientConnection.Of(services);
        McpServer server = connection.Server = McpServer.Create(transport, options, loggerFactory, services);
        Task running = server.RunAsync(abort.Token);

        LastResort.ExitSoonAfter(transport.InputEnded);
        using PosixSignalRegistration terminate = EndOn(PosixSignal.SIGTERM, transport);
        using PosixSignalRegistration interrupt = EndOn(PosixSignal.SIGINT, transport);
        using CancellationTokenRegistration asked = stopping.Token.Register(() => transport.End("asked to stop"));
        _ = EndWithParent(transport, stopping.Token);
        _ = EndWithServer(transport, running);

        ILogger logger = loggerFactory.CreateLogger(typeof(StdioHost));
        string reason = await transport.InputEnded.ConfigureAwait(false);
        await stopping.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        logger.LogInformation("Stopping: {Reason}.", reason);
        await Finish(running, abort).ConfigureAwait(false);
        if (running.IsFaulted)
            logger.LogError(running.Exception, "The server failed.");
        return 0;
    }

    private static async Task Finish(Task running, CancellationTokenSource abort)
    {
        await running.WaitAsync(Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await abort.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Only protocol may go to standard output: a stray Console.WriteLine goes to standard error instead.
    private static Stream TakeStandardOutput()
    {
        Stream output = Console.OpenStandardOutput();
        Console.SetOut(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true });
        return output;
    }

    // The second signal of a kind has its usual effect, for somebody impatient at a terminal.
    private static PosixSignalRegistration EndOn(PosixSignal signal, StdioTransport transport) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = transport.End($"{signal}"));

    private static async Task EndWithParent(StdioTransport transport, CancellationToken cancellationToken) =>
        transport.End(await ParentWatch.Gone(TimeProvider.System, cancellationToken).ConfigureAwait(false));

    private static async Task EndWithServer(StdioTransport transport, Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        transport.End("the server has ended");
    }
}
