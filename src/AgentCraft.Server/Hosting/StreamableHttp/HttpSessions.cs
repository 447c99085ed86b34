using System.Collections.Concurrent;
using System.Security.Cryptography;
using AgentCraft.Data.Configuration;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// The sessions there are, by id. A session ends when its client says so, when nothing has been open on it for long, or when there are
/// too many and it is the one that has been idle longest.
/// </summary>
internal sealed class HttpSessions : IAsyncDisposable
{
    private static readonly TimeSpan LongestSweep = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, HttpSession> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _opening = new();
    private readonly McpServerOptions _options;
    private readonly HttpSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _sweeping;

    public HttpSessions(McpServerOptions options, HttpSettings settings, TimeProvider time, ILoggerFactory logs)
    {
        (_options, _settings, _time, _logs, _log) = (options, settings, time, logs, logs.CreateLogger<HttpSessions>());
        _sweeping = Sweep(TimeSpan.FromMinutes(settings.IdleMinutes));
    }

    /// <summary>How many there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>The session of that id and owner; null when there is none.</summary>
    public HttpSession? Find(string id, string? owner) => _sessions.GetValueOrDefault(id) is { } session && session.Owner == owner ? session : null;

    /// <summary>
    /// A new session; null when there are as many as there may be and all are in use. It is in use from its first moment, until
    /// <paramref name="opening"/> is disposed: another handshake must not take it for the one that has been idle longest.
    /// </summary>
    public HttpSession? TryOpen(string? owner, out IDisposable? opening)
    {
        lock (_opening)
        {
            opening = null;
            if (_sessions.Count >= _settings.MaxSessions && !EndIdlest())
                return null;
            HttpSession session = new(RandomNumberGenerator.GetHexString(32, lowercase: true), _options,
                TimeSpan.FromSeconds(_settings.KeepAliveSeconds), _time, _logs)
            { Owner = owner };
            opening = session.Open();
            _sessions[session.Id] = session;
            return session;
        }
    }

    /// <summary>Ends a session; its id is unknown from now on. Returns when its handlers have ended.</summary>
    public Task End(HttpSession session) => _sessions.TryRemove(new(session.Id, session)) ? session.End() : Task.CompletedTask;

    /// <summary>Ends them all.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _sweeping;
        await Task.WhenAll(_sessions.Values.Select(End));
    }

    private bool EndIdlest()
    {
        HttpSession? idlest = _sessions.Values.Where(session => session.IdleFor is not null).MaxBy(session => session.IdleFor);
        if (idlest is null)
            return false;
        _log.LogWarning("There are {Count} sessions (http.maxSessions); the one that has been idle longest is ended.", _sessions.Count);
        _ = End(idlest);
        return true;
    }

    private async Task Sweep(TimeSpan idle)
    {
        try
        {
            using PeriodicTimer timer = new(idle / 4 < LongestSweep ? idle / 4 : LongestSweep, _time);
            while (await timer.WaitForNextTickAsync(_closed.Token))
                foreach (HttpSession session in _sessions.Values)
                    if (session.IdleFor > idle)
                        _ = End(session);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
