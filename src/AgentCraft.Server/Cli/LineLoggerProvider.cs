using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AgentCraft.Data;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Cli;

/// <summary>
/// Writes each entry as one line, from a thread of its own: a client that never reads our standard error must not block a tool. Entries
/// that come faster than they are read are dropped.
/// </summary>
/// <param name="open">Opens the stream; called for the first entry.</param>
internal sealed class LineLoggerProvider(Func<Stream> open) : ILoggerProvider
{
    private const int MostQueued = 1000;
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    private readonly BlockingCollection<string> _lines = new(MostQueued);
    private readonly Lock _starting = new();
    private Thread? _thread;

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Waits a moment until what is queued has been written.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _thread?.Join(LastLines);
    }

    private void Add(string line)
    {
        lock (_starting)
            if (_thread is null)
                (_thread = new Thread(Write) { IsBackground = true, Name = "log" }).Start();
        if (!_lines.IsAddingCompleted)
            _lines.TryAdd(line);
    }

    private void Write()
    {
        try
        {
            using Stream stream = open();
            foreach (string line in _lines.GetConsumingEnumerable())
                stream.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException)
        {
            // Nobody reads it any more.
        }
    }

    private sealed class LineLogger(LineLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level != LogLevel.None;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            // Whoever logs a message or a failure may not know what a client put into it.
            string text = SecretText.Hide($"{format(state, exception)} {exception}".TrimEnd().ReplaceLineEndings(" "));
            text = VisibleText.Of(text); // Standard error may be a terminal.
            owner.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name(level)}: {category}: {text}\n"));
        }

        private static string Name(LogLevel level) => level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
    }
}
