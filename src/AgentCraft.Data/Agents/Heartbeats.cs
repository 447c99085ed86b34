using System.Collections.Concurrent;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>
/// Every call of an agent is its heartbeat; written in the background and at most every 30 seconds an agent, because it is derived and
/// must cost the call nothing.
/// </summary>
public sealed class Heartbeats(Databases databases)
{
    /// <summary>How long a written heartbeat is good enough.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, long> _written = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The agent has just called.</summary>
    /// <returns>The write under way, for tests; nobody need await it. Null when the last one is good enough.</returns>
    public Task? Beat(string agent)
    {
        long now = databases.Time.GetTimestamp();
        if (_written.TryGetValue(agent, out long last) && databases.Time.GetElapsedTime(last, now) < Interval)
            return null;
        _written[agent] = now;
        // Nobody waits for it: one that could not be written is forgotten, so that it comes again with the next call.
        return Task.Run(() => Write(agent)).ContinueWith(write => write.IsCompletedSuccessfully || _written.TryRemove(agent, out long _), TaskScheduler.Default);
    }

    /// <summary>The agent's heartbeat has just been written with something else, such as its registration.</summary>
    public void Note(string agent) => _written[agent] = databases.Time.GetTimestamp();

    private Task<int> Write(string agent) => databases.Central.Write(c => c.Execute(
        "UPDATE agents SET last_heartbeat_at = @Now WHERE (name_key = @Key OR id = @Id) AND status <> 'removed'",
        new { Now = c.Time.Now, Key = agent.ToLowerInvariant(), Id = agent }));
}
