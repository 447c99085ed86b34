namespace AgentCraft.Testing;

/// <summary>A server that is waited for: a child process, or one that this process hosts.</summary>
internal abstract class ServerLife : IAsyncDisposable
{
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>How long a single wait may take.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What the server wrote to stderr up to now.</summary>
    public abstract string StandardError { get; }

    /// <summary>The same without a line for each call: empty while nothing is wrong.</summary>
    public string Troubles => string.Concat(StandardError.Split('\n').Where(line => line.Length > 0 && !line.Contains(" info: Calls: ", StringComparison.Ordinal)).Select(line => line + "\n"));

    /// <summary>The end of a failure's message: how the server is, and the last lines of its log.</summary>
    protected abstract string Circumstances { get; }

    /// <summary>Waits for something of this server, at most <see cref="Limit"/>.</summary>
    public async Task<T> Within<T>(Func<CancellationToken, Task<T>> wait, string what, CancellationToken cancellation = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(Limit);
        try
        {
            return await wait(end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Late(what, Limit);
        }
    }

    /// <summary>The failure of a wait for a server that ended.</summary>
    public abstract Task<ServerGoneException> Gone(string what, Exception? inner = null);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Writes these bytes whole to what the server reads, after those of earlier callers.</summary>
    protected async Task Write(Stream input, ReadOnlyMemory<byte> bytes)
    {
        using var end = new CancellationTokenSource(Limit);
        try
        {
            await _writing.WaitAsync(end.Token);
            try
            {
                await input.WriteAsync(bytes, end.Token);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (OperationCanceledException)
        {
            throw Late($"the server to read {bytes.Length} bytes", Limit);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            throw await Gone("it to read its input", e);
        }
    }

    /// <summary>The failure of a wait that took too long.</summary>
    protected TimeoutException Late(string what, TimeSpan limit) => new($"Waited {limit.TotalSeconds} s in vain for {what}.{Circumstances}");
}
