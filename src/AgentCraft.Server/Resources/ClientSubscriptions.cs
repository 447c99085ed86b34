using ModelContextProtocol;

namespace AgentCraft.Server.Resources;

/// <summary>What one client has subscribed to, never more than the limit, until it unsubscribes or is gone.</summary>
internal sealed class ClientSubscriptions : IDisposable
{
    private const int Most = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CancellationTokenSource> _ends = new(StringComparer.Ordinal);
    private int _listened;
    private bool _isClosed;

    /// <summary>Begins one; what is returned is cancelled when it must end. Null when there is one of this URI already.</summary>
    /// <exception cref="McpProtocolException">There are too many.</exception>
    // Not disposed by anybody: it has no timer and no parent, and whoever cancels it may come after its end.
    public CancellationTokenSource? Begin(string uri)
    {
        lock (_gate)
        {
            if (_ends.ContainsKey(uri))
                return null;
            Check(1);
            CancellationTokenSource end = new();
            if (_isClosed)
                end.Cancel();
            else
                _ends.Add(uri, end);
            return end;
        }
    }

    /// <summary>Ends the one of this URI; with <paramref name="only"/>, no later one.</summary>
    public void End(string uri, CancellationTokenSource? only = null)
    {
        CancellationTokenSource? end;
        lock (_gate)
            if (!_ends.TryGetValue(uri, out end) || (only is not null && only != end) || !_ends.Remove(uri))
                return;
        end.Cancel();
    }

    /// <summary>Counts those of one <c>subscriptions/listen</c>, until the result is disposed.</summary>
    /// <exception cref="McpProtocolException">There are too many.</exception>
    public IDisposable Listen(int count)
    {
        lock (_gate)
        {
            Check(count);
            _listened += count;
        }
        return new Listening(this, count);
    }

    /// <summary>The client is gone.</summary>
    public void Dispose()
    {
        CancellationTokenSource[] ends;
        lock (_gate)
        {
            _isClosed = true;
            ends = [.. _ends.Values];
            _ends.Clear();
        }
        foreach (CancellationTokenSource end in ends)
            end.Cancel();
    }

    private void Check(int more)
    {
        if (_ends.Count + _listened + more > Most)
            throw new McpProtocolException($"A client can have {Most} subscriptions at once; it has {_ends.Count + _listened}. End some first.", McpErrorCode.InvalidParams);
    }

    private sealed class Listening(ClientSubscriptions owner, int count) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
                owner._listened -= count;
        }
    }
}
