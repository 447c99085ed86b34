using AgentCraft.Data.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Cli;

/// <summary>
/// Logs of every level go to standard error: standard output belongs to the protocol or to the command's answer. Without the framework's
/// console logger, whose options, configuration and dependency injection would take a fifth of the time that a server needs to start.
/// </summary>
internal static class StderrLogs
{
    /// <param name="open">Opens what takes the place of standard error.</param>
    /// <param name="format">How lines look; null before anybody knows, which leaves it to the environment.</param>
    public static ILoggerFactory Create(Func<Stream>? open = null, Func<LogFormat?>? format = null) =>
        new LineLoggerFactory(new LineLoggerProvider(open ?? Console.OpenStandardError, () => format?.Invoke() ?? InEnvironment), Least);

    // The SDK logs a stack trace for each request that a client cancels or gets wrong; our own faults are logged by ToolErrors.
    // What keeps the web host from starting is told by the command, in one line instead of thirty.
    private static LogLevel Least(string category) =>
        category.StartsWith("ModelContextProtocol", StringComparison.OrdinalIgnoreCase) ? LogLevel.Critical
        : category.StartsWith("Microsoft.Extensions.Hosting.Internal.Host", StringComparison.OrdinalIgnoreCase) ? LogLevel.None
        : category.StartsWith("Microsoft", StringComparison.OrdinalIgnoreCase) ? LogLevel.Warning
        : LogLevel.Information;

    private static LogFormat InEnvironment =>
        Enum.TryParse(Environment.GetEnvironmentVariable("AGENTCRAFT__LOG__FORMAT"), ignoreCase: true, out LogFormat format) ? format : LogFormat.Text;
}
