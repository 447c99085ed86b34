using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace AgentCraft.Testing;

/// <summary>A response, and when its line was read (<see cref="Stopwatch.GetTimestamp"/>). The default: the output ended before.</summary>
internal readonly record struct Response(JsonElement Message, long ReceivedAt);

/// <summary>
/// Reads what the server writes and sorts it: responses to who waits for them, notifications, and all the rest, which a protocol
/// test reads line by line. A thread of its own reads, so that neither a busy thread pool nor a scheduler stands in the timing.
/// </summary>
internal sealed class Inbound
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Response>> _waiting = [];
    private readonly List<JsonElement> _notifications = [];
    private volatile bool _ended;

    public Channel<string> Rest { get; } = Channel.CreateUnbounded<string>();

    public Channel<JsonElement> Notified { get; } = Channel.CreateUnbounded<JsonElement>();

    public IReadOnlyList<JsonElement> Notifications
    {
        get
        {
            lock (_notifications)
                return [.. _notifications];
        }
    }

    public void Start(Stream output, string name) =>
        new Thread(() => Run(output)) { IsBackground = true, Name = name }.Start();

    /// <summary>The response to this id, to be asked for before the request is sent.</summary>
    public Task<Response> Expect(long id)
    {
        var response = new TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = response;
        // The reader sets the flag before it empties the table, so one of the two sees the other.
        if (_ended)
            response.TrySetResult(default);
        return response.Task;
    }

    /// <summary>The next of a channel; the default (null) when no more can come.</summary>
    public static async Task<T?> Next<T>(Channel<T> channel, CancellationToken end)
    {
        try
        {
            return await channel.Reader.ReadAsync(end);
        }
        catch (ChannelClosedException)
        {
            return default;
        }
    }

    public void Forget(long id) => _waiting.TryRemove(id, out _);

    private void Run(Stream output)
    {
        try
        {
            using Stream closedAtTheEnd = output;
            // A line without its end is never an answer, even if it happens to parse: a client would not have seen it either.
            if (Lines.Read(output, Sort) is { Length: > 0 } torn)
                Rest.Writer.TryWrite(Encoding.UTF8.GetString(torn));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The stream was closed under the reader: the same as its end.
        }
        End();
    }

    private void End()
    {
        _ended = true;
        foreach (TaskCompletionSource<Response> response in _waiting.Values)
            response.TrySetResult(default);
        Rest.Writer.TryComplete();
        Notified.Writer.TryComplete();
    }

    private void Sort(ReadOnlySpan<byte> line)
    {
        long now = Stopwatch.GetTimestamp();
        if (!TryParse(line, out JsonElement message) || !TryTake(message, now))
            Rest.Writer.TryWrite(Encoding.UTF8.GetString(line));
    }

    private bool TryTake(JsonElement message, long now)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return false;
        bool isCall = message.TryGetProperty("method", out _);
        if (!message.TryGetProperty("id", out JsonElement id))
            return isCall && TakeNotification(message);
        return !isCall && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out long number)
            && _waiting.TryRemove(number, out var response) && response.TrySetResult(new Response(message, now));
    }

    private bool TakeNotification(JsonElement message)
    {
        lock (_notifications)
            _notifications.Add(message);
        return Notified.Writer.TryWrite(message);
    }

    private static bool TryParse(ReadOnlySpan<byte> line, out JsonElement message)
    {
        try
        {
            message = JsonElement.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            message = default;
            return false;
        }
    }
}
