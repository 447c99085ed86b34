using System.Collections.Concurrent;
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

    private readonly BlockingCollection<Entry> _lines = new(MostQueued);
    private readonly Lock _starting = new();
    private Thread? _thread;

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName);

    /// <summary>Waits a moment until what is queued has been written.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _thread?.Join(LastLines);
    }

    private bool IsJson => format?.Invoke() == LogFormat.Json;

    /// <param name="line">What is written as it is.</param>
    /// <param name="text">What comes behind it, once it is fit to be seen.</param>
    private void Add(string line, string? text)
    {
        lock (_starting)
            if (_thread is null)
                (_thread = new Thread(Write) { IsBackground = true, Name = "log" }).Start();
        if (!_lines.IsAddingCompleted)
            _lines.TryAdd(new(line, text));
    }

    private void Write()
    {
        try
        {
            using Stream stream = open();
            foreach ((string line, string? text) in _lines.GetConsumingEnumerable())
                stream.Write(Encoding.UTF8.GetBytes($"{line}{Shown(text)}\n"));
        }
        catch (IOException)
        {
            // Nobody reads it any more.
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
