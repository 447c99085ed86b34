using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AgentCraft.Server.Cli;

/// <summary>Logs of every level go to standard error: standard output belongs to the protocol or to the command's answer.</summary>
internal static class StderrLogs
{
    public static ILoggerFactory Create() => LoggerFactory.Create(logging => logging
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            format.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .AddFilter("AgentCraft", LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        // The SDK logs a stack trace for each request that a client cancels or gets wrong; our own faults are logged by ToolErrors.
        .AddFilter("ModelContextProtocol", LogLevel.Critical)
        // What keeps the web host from starting is told by the command, in one line instead of thirty.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
