using System.Globalization;

namespace AgentCraft.Data.Monitoring;

/// <summary>Something that is watched, and how it stands.</summary>
/// <param name="Name">snake_case: <c>wal_bytes</c>.</param>
/// <param name="Setting">The setting that has its threshold.</param>
/// <param name="Threshold">From there on it is crossed; 0 for never.</param>
/// <param name="Value">How it stands; null where it has no meaning, or cannot be found out.</param>
public sealed record Gauge(string Name, string Setting, double Threshold, double? Value)
{
    // What comes and goes about the threshold is one crossing.
    private const double Margin = 0.1;

    /// <summary>Little of it is bad, not much.</summary>
    internal bool IsFloor { get; init; }

    /// <summary>The threshold is reached.</summary>
    internal bool IsOver => Threshold > 0 && Value is { } value && (IsFloor ? value <= Threshold : value >= Threshold);

    /// <summary>It is, or was just now: not far enough from it to say that it is over.</summary>
    internal bool IsNear => Threshold > 0 && Value is { } value && (IsFloor ? value < Threshold * (1 + Margin) : value > Threshold * (1 - Margin));

    /// <summary>For people: <c>wal_bytes is 300,000,000; monitoring.walBytes says 268,435,456</c>.</summary>
    internal string Told => string.Create(CultureInfo.InvariantCulture, $"{Name} is {Value ?? 0:#,0.###}; {Setting} says {Threshold:#,0.###}");
}
