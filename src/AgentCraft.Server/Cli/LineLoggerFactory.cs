using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Cli;

/// <summary>
/// Loggers that write lines, each from its own level on. In the place of the framework's factory, whose filters, options and scopes take five
/// milliseconds of every start and do nothing for one provider.
/// </summary>
/// <param name="lines">Where lines go; disposed with this.</param>
/// <param name="least">The first level of a category that is written; <see cref="LogLevel.None"/> for none.</param>
internal sealed class LineLoggerFactory(LineLoggerProvider lines, Func<string, LogLevel> least) : ILoggerFactory
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new Filtered(lines.CreateLogger(name), least(name)));

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("All lines go to one place.");

    public void Dispose() => lines.Dispose();

    private sealed class Filtered(ILogger inner, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
