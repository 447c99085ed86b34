namespace AgentCraft.Data.Monitoring;

/// <summary>What one server did in the time before it last looked.</summary>
public sealed record ServerLoad
{
    /// <summary>How long that was.</summary>
    public double Seconds { get; init; }
    /// <summary>Calls that it answered.</summary>
    public long Calls { get; init; }
    /// <summary>Those that failed, by code.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();
    /// <summary>How long its writes waited for their turn.</summary>
    public Durations WriteWaits { get; init; } = Durations.None;
    /// <summary>How long its commits took.</summary>
    public Durations Commits { get; init; } = Durations.None;

    /// <summary>Failed calls a minute.</summary>
    internal double ErrorsPerMinute => Errors.Values.Sum() * 60 / Math.Max(Seconds, 1);
}

/// <summary>A server that has worked lately.</summary>
public sealed record WatchedServer
{
    /// <summary>Its process.</summary>
    public int Pid { get; init; }
    /// <summary>Where it runs.</summary>
    public string Machine { get; init; } = "";
    /// <summary>Since when.</summary>
    public DateTimeOffset StartedAt { get; init; }
    /// <summary>When it said so.</summary>
    public DateTimeOffset MeasuredAt { get; init; }
    /// <summary>Calls a minute that it answered.</summary>
    public double CallsPerMinute { get; init; }
    /// <summary>Those of them that failed.</summary>
    public double ErrorsPerMinute { get; init; }
    /// <summary>Milliseconds that 99 of a hundred of its writes did not wait longer for.</summary>
    public double WriteWaitP99Ms { get; init; }
}

/// <summary>What all servers together did lately.</summary>
internal sealed record RecentLoad(IReadOnlyCollection<ServerLoad> Loads)
{
    public Durations WriteWaits { get; } = Loads.Aggregate(Durations.None, (sum, load) => sum.Plus(load.WriteWaits));

    public Durations Commits { get; } = Loads.Aggregate(Durations.None, (sum, load) => sum.Plus(load.Commits));

    public double CallsPerMinute { get; } = Loads.Sum(load => load.Calls * 60 / Math.Max(load.Seconds, 1));

    public double ErrorsPerMinute { get; } = Loads.Sum(load => load.ErrorsPerMinute);
}
