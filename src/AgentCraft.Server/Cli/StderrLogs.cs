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
    public static ILoggerFactory Create(Func<Stream>? open = null, Func<LogFormat?>? format = null)
    {
        LoggerFactory factory = new([], new LoggerFilterOptions
        {
            MinLevel = LogLevel.Information,
            // The SDK logs a stack trace for each request that a client cancels or gets wrong; our own faults are logged by ToolErrors.
            // What keeps the web host from starting is told by the command, in one line instead of thirty.
            Rules =
            {
                Of("ModelContextProtocol", LogLevel.Critical),
                Of("Microsoft", LogLevel.Warning),
                Of("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None),
            },
        });
        factory.AddProvider(new LineLoggerProvider(open ?? Console.OpenStandardError, () => format?.Invoke() ?? InEnvironment));
        return factory;
    }

    private static LogFormat InEnvironment =>
        Enum.TryParse(Environment.GetEnvironmentVariable("AGENTCRAFT__LOG__FORMAT"), ignoreCase: true, out LogFormat format) ? format : LogFormat.Text;

    private static LoggerFilterRule Of(string category, LogLevel level) => new(providerName: null, category, level, filter: null);
}
