using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AgentCraft.Testing;

/// <summary>
/// A network between a server and PostgreSQL that fails when a test wants it to. Point servers at <see cref="Store"/>; whoever must not be
/// hit keeps the store's own address. It reads the protocol, so it finds a statement by its text also when that was prepared before.
/// </summary>
/// <example><code>
/// await using FaultProxy proxy = new(address);
/// Task cut = proxy.CutAfter("COMMIT");     // committed, and nobody is told
/// await Assert.ThrowsAsync…(() => Write(proxy.Store));
/// await cut;
/// </code></example>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxiedConnection, bool> _connections = new();
    private readonly CancellationTokenSource _end = new();
    private readonly (string Host, int Port) _server;
    private readonly Task _accepting;
    private ProxyFault? _fault;
    private volatile bool _refuses;

    /// <summary>Listens, in front of the server that this connection string names.</summary>
    public FaultProxy(string store)
    {
        NpgsqlConnectionStringBuilder address = new(store);
        _server = (address.Host!, address.Port);
        _listener.Start();
        (address.Host, address.Port, address.SslMode) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, SslMode.Disable);
        Store = address.ConnectionString;
        _accepting = Accept();
    }

    /// <summary>The same store, through the proxy.</summary>
    public string Store { get; }

    /// <summary>How long each message to the server is held back from now on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many connections there are.</summary>
    public int Connections => _connections.Count;

    /// <summary>Cuts the connection that is the next to run a statement with this text, before the server sees it. Ends when that has happened.</summary>
    public Task CutBefore(string text) => Cut(new(text, AfterAnswer: false));

    /// <summary>The same once the server has run the statement and all that was sent along: its answer is lost. Ends when that has happened.</summary>
    public Task CutAfter(string text) => Cut(new(text, AfterAnswer: true));

    /// <summary>Cuts all connections, now.</summary>
    public void CutAll()
    {
        foreach (ProxiedConnection connection in _connections.Keys)
            connection.Cut();
    }

    /// <summary>Closes every new connection at once, as a server that is not there; those that exist go on. Until disposed.</summary>
    public IDisposable Refuse()
    {
        _refuses = true;
        return new Refusal(this);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        CutAll();
        _end.Dispose();
    }

    /// <summary>The fault, for the first connection whose statement it is about.</summary>
    internal ProxyFault? TakeFault(string statement) =>
        _fault is { } fault && statement.Contains(fault.Text, StringComparison.OrdinalIgnoreCase) && Interlocked.CompareExchange(ref _fault, null, fault) == fault ? fault : null;

    private Task Cut(ProxyFault fault)
    {
        if (Interlocked.CompareExchange(ref _fault, fault, null) is { } other)
            throw new InvalidOperationException($"The cut at '{other.Text}' has not happened yet.");
        return fault.Happened.Task;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                if (_refuses)
                    client.Dispose();
                else
                    _ = Serve(client);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task Serve(TcpClient client)
    {
        ProxiedConnection connection = new(this, client);
        _connections.TryAdd(connection, true);
        try
        {
            await connection.Run(_server.Host, _server.Port);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // Either side has closed it, or the test has.
        }
        finally
        {
            connection.Cut();
            _connections.TryRemove(connection, out _);
        }
    }

    private sealed class Refusal(FaultProxy proxy) : IDisposable
    {
        public void Dispose() => proxy._refuses = false;
    }
}

/// <summary>Where a connection is to be cut.</summary>
internal sealed record ProxyFault(string Text, bool AfterAnswer)
{
    /// <summary>Ends when it was.</summary>
    public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
