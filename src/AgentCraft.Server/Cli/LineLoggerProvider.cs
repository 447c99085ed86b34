using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Cli;

/// <summary>
/// Writes each entry as one line, from a thread of its own: a client that never reads our standard error must not block a tool. Entries
/// that come faster than they are read are dropped.
/// </summary>
/// <param name="open">Opens the stream; called for the first entry.</param>
/// <param name="format">How lines look, asked for each; null for text.</param>
internal sealed class LineLoggerProvider(Func<Stream> open, Func<LogFormat>? format = null) : ILoggerProvider
{
    private const int MostQueued = 1000;
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = new PlainJsonEncoder() };

    // Whoever waits for it sleeps at once: the framework's blocking collection spins for each line, half a millisecond beside a busy machine's agents.
    private readonly Queue<Entry> _lines = [];
    private Thread? _thread;
    private bool _isEnding;

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Waits a moment until what is queued has been written.</summary>
    public void Dispose()
    {
        lock (_lines)
        {
            _isEnding = true;
            Monitor.Pulse(_lines);
        }
        _thread?.Join(LastLines);
    }

    private bool IsJson => format?.Invoke() == LogFormat.Json;

    /// <param name="line">What is written as it is.</param>
    /// <param name="text">What comes behind it, once it is fit to be seen.</param>
    private void Add(string line, string? text)
    {
        lock (_lines)
        {
            if (_isEnding || _lines.Count == MostQueued)
                return;
            _lines.Enqueue(new(line, text));
            Monitor.Pulse(_lines);
            if (_thread is null)
                (_thread = new Thread(Write) { IsBackground = true, Name = "log" }).Start();
        }
    }

    private void Write()
    {
        try
        {
            using Stream stream = open();
            while (Next() is var (line, text))
                stream.Write(Encoding.UTF8.GetBytes($"{line}{Shown(text)}\n"));
        }
        catch (IOException)
        {
            // Nobody reads it any more.
        }
    }

    /// <summary>Waits for it; null when there will be none.</summary>
    private Entry? Next()
    {
        lock (_lines)
        {
            while (_lines.Count == 0 && !_isEnding)
                Monitor.Wait(_lines);
            return _lines.TryDequeue(out Entry? next) ? next : null;
        }
    }

    // Whoever logs a message or a failure may not know what a client put into it; and standard error may be a terminal. Here, because it takes longer
    // than all the rest, and a call must not wait for its line.
    private static string? Shown(string? text) => text is null ? null : VisibleText.Of(SecretText.Hide(text));

    /// <summary>A class, because the framework's collections of structs would be compiled at every start.</summary>
    private sealed record Entry(string Line, string? Text);

    private sealed class LineLogger(LineLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level != LogLevel.None;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (owner.IsJson)
            {
                owner.Add(Json(level, state, format(state, exception), exception), text: null);
                return;
            }
            string text = $"{format(state, exception)} {exception}".TrimEnd().ReplaceLineEndings(" ");
            owner.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name(level)}: {category}: "), text);
        }

        /// <summary>What the message is made of stands beside it, by the names that it has there.</summary>
        private string Json<TState>(LogLevel level, TState state, string message, Exception? exception)
        {
            JsonObject line = new() { ["time"] = Times.ToText(DateTimeOffset.UtcNow), ["level"] = Name(level), ["category"] = category, ["message"] = SecretText.Hide(message) };
            if (state is IReadOnlyList<KeyValuePair<string, object?>> parts)
                foreach ((string name, object? value) in parts)
                    if (name != "{OriginalFormat}")
                        line.TryAdd(JsonNamingPolicy.CamelCase.ConvertName(name), value switch
                        {
                            null => null,
                            int number => JsonValue.Create(number),
                            long number => JsonValue.Create(number),
                            double number when double.IsFinite(number) => JsonValue.Create(number),
                            bool flag => JsonValue.Create(flag),
                            _ => JsonValue.Create(SecretText.Hide(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")),
                        });
            if (exception is not null)
                line["exception"] = SecretText.Hide(exception.ToString());
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } span)
                (line["traceId"], line["spanId"]) = (span.TraceId.ToHexString(), span.SpanId.ToHexString());
            return line.ToJsonString(Plain);
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
