using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>
/// Hears the names that other processes wake, on one connection of its own, which exists while somebody here waits and for a few seconds
/// after. When it breaks it is made anew, and everybody looks again.
/// </summary>
internal sealed class PostgresPulses(PostgresAddress address, PostgresChannel channel) : IPulses
{
    private static readonly TimeSpan Unheard = TimeSpan.FromMilliseconds(250), Heard = TimeSpan.FromSeconds(5), Linger = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Dictionary<string, Action> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private Task? _listening;
    private volatile bool _connected;

    /// <summary>Often while nothing can be heard, else only to be sure.</summary>
    public TimeSpan Recheck => _connected ? Heard : Unheard;

    public void Watch(string name, Action woken)
    {
        lock (_gate)
        {
            _names[name] = woken;
            _listening ??= Task.Run(Listen);
            if (_wanted.CurrentCount == 0)
                _wanted.Release();
        }
    }

    public void Unwatch(string name)
    {
        lock (_gate)
            _names.Remove(name);
    }

    /// <summary>The commit has sent them.</summary>
    public void Send(string name)
    {
    }

    public void Dispose() => _end.Cancel();

    private async Task Listen()
    {
        TimeSpan pause = Unheard;
        while (!_end.IsCancellationRequested)
            try
            {
                await _wanted.WaitAsync(_end.Token);
                await Hear();
                pause = Unheard;
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or InvalidOperationException)
            {
                Disconnected();
                await Task.Delay(pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < Heard ? pause * 2 : Heard;
                Want();
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    /// <summary>Listens until nobody has waited for a while.</summary>
    private async Task Hear()
    {
        if (!IsWanted())
            return;
        await using NpgsqlConnection connection = address.NewConnection(address.Schema);
        connection.Notification += (_, heard) => Wake(PostgresChannel.Names(heard.Payload));
        await connection.OpenAsync(_end.Token);
        await using (NpgsqlCommand listen = new($"LISTEN \"{channel.Name}\"; SELECT pg_advisory_lock_shared(hashtextextended(@Listening, 0))", connection))
        {
            listen.Parameters.AddWithValue("Listening", channel.Listening);
            await listen.ExecuteNonQueryAsync(_end.Token);
        }
        _connected = true;
        // What was committed before the lock was held was not notified.
        Wake(null);
        while (IsWanted())
            await connection.WaitAsync(Linger, _end.Token);
        Disconnected();
    }

    private bool IsWanted()
    {
        lock (_gate)
            return _names.Count > 0;
    }

    /// <summary>From here on listeners look often; those who wait now are woken, so that they begin to.</summary>
    private void Disconnected()
    {
        _connected = false;
        Wake(null);
    }

    private void Want()
    {
        lock (_gate)
            if (_names.Count > 0 && _wanted.CurrentCount == 0)
                _wanted.Release();
    }

    private void Wake(string[]? names)
    {
        List<Action> woken;
        lock (_gate)
            woken = names is null ? [.. _names.Values] : [.. names.Where(_names.ContainsKey).Select(name => _names[name])];
        foreach (Action wake in woken)
            wake();
    }
}
