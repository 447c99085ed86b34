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
    /// <summary>
    /// Returns when the session is over. <paramref name="stopping"/> is cancelled first of all: tools that wait must give up on it at once.
    /// What still runs 1.6 s after the end, in a handler or in the caller after the return, is cut off with the process. About
    /// <paramref name="maxLineBytes"/> see <see cref="LineReader"/>.
    /// </summary>
    public static async Task Run(
        McpServerOptions options, ILoggerFactory loggerFactory, Func<int> maxLineBytes, CancellationTokenSource stopping)
    {
        await using StdioTransport transport = new(Console.OpenStandardInput(), TakeStandardOutput(), maxLineBytes, loggerFactory);
        LastResort.ExitSoonAfter(transport.InputEnded);
        using PosixSignalRegistration terminate = EndOn(PosixSignal.SIGTERM, transport);
        using PosixSignalRegistration interrupt = EndOn(PosixSignal.SIGINT, transport);
        _ = EndWithParent(transport, stopping.Token);
        await StdioSession.Run(transport, options, loggerFactory, stopping);
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
}
