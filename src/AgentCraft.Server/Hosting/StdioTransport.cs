using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// JSON-RPC messages as lines over a pair of streams. Bad input is answered and never ends the session; only the end of the input, an
/// output that nobody reads any more, or <see cref="End"/> does. Messages are still written after the end, so that requests that are
/// being handled get their answers, until the transport is disposed. The streams stay the caller's.
/// </summary>
internal sealed class StdioTransport : TransportBase
{
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger;
    private readonly LineReader _input;
    private readonly LineWriter _output;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Task _refusals = Task.CompletedTask;
    private volatile bool _outputClosed;

    /// <summary>Starts to read at once. About <paramref name="maxLineBytes"/> see <see cref="LineReader"/>.</summary>
    public StdioTransport(Stream input, Stream output, Func<int> maxLineBytes, ILoggerFactory? loggerFactory = null)
        : base("stdio", loggerFactory)
    {
        _logger = loggerFactory?.CreateLogger<StdioTransport>() ?? NullLogger<StdioTransport>.Instance;
        _input = new(input, maxLineBytes);
        _output = new(output);
        SetConnected();
        // A read on the console cannot be cancelled: it gets a thread of its own, which nobody waits for.
        new Thread(ReadLines) { IsBackground = true, Name = "stdio" }.Start();
    }

    /// <summary>Completes when no more messages will come, with the reason in words.</summary>
    public Task<string> InputEnded => _ended.Task;

    /// <summary>Takes no more messages, so that <c>McpServer.RunAsync</c> ends once it has answered those at hand.</summary>
    /// <returns>False if the end had come before.</returns>
    public bool End(string reason)
    {
        bool first = _ended.TrySetResult(reason);
        SetDisconnected();
        return first;
    }

    /// <inheritdoc/>
    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_outputClosed)
                _output.Write(message);
        }
        catch (IOException e)
        {
            _logger.LogDebug(e, "Writing to the client failed.");
            _outputClosed = true;
            End("the client has closed our output");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        End("disposed");
        await _refusals.WaitAsync(DisposeLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _outputClosed = true;
    }

    private void ReadLines()
    {
        string reason = "end of input";
        try
        {
            while (IsConnected && _input.TryRead(out Line line))
                Accept(line);
        }
        catch (Exception e)
        {
            _logger.LogDebug(e, "Reading from the client failed.");
            reason = "the input cannot be read";
        }
        End(reason);
    }

    private void Accept(Line line)
    {
        if (line.IsBlank)
            return;
        if (Parse(line) is { } message)
            _ = WriteMessageAsync(message); // Into an unbounded channel: done when it returns, and never fails.
        else
            _refusals = Refuse(Refusal.Of(line), _refusals);
    }

    // Broken input raises more than JsonException: a number for a version or a method is an InvalidOperationException, for example.
    private static JsonRpcMessage? Parse(Line line)
    {
        // The JSON reader lets invalid UTF-8 in strings pass until somebody reads them.
        if (line.IsTooLong || !Utf8.IsValid(line.Bytes))
            return null;
        try
        {
            return JsonSerializer.Deserialize(line.Bytes, LineWriter.MessageType);
        }
        catch (Exception)
        {
            return null;
        }
    }

    // In order, but away from the reading thread: a client that reads neither our answers nor our log must not keep us from seeing the
    // end of the input.
    private async Task Refuse(JsonRpcError refusal, Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        await SendMessageAsync(refusal).ConfigureAwait(false);
        _logger.LogDebug("Refused a line: {Reason}.", refusal.Error.Message);
    }
}
