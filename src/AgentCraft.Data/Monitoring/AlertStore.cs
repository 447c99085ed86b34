using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Monitoring;

/// <summary>
/// The table <c>monitor_alerts</c>: which thresholds are crossed. A crossing is one row's step, looked at and made in one transaction, so that
/// of any number of servers one makes it, and tells of it.
/// </summary>
internal sealed class AlertStore(AgentStore agents, ProjectStore projects, MessageStore messages, EventStore events, MonitoringSettings settings)
{
    /// <summary>Who sends the messages; registered by the first.</summary>
    public const string Sender = "agentcraft-monitor";

    private const string Columns = "name, raised, value, threshold, raised_at, over_at, cleared_at, crossings";

    /// <summary>After so long without anybody seeing it crossed, or nearly so, it is over. Longer than any server's pause between two looks.</summary>
    private TimeSpan Calm => TimeSpan.FromSeconds(Math.Max(settings.Interval, 1) * 3);

    /// <summary>All that were ever crossed.</summary>
    public static List<Alert> List(Connection c) => c.Query<Alert>($"SELECT {Columns} FROM monitor_alerts ORDER BY seq");

    /// <summary>There is something to be done about these; asked before anything is written.</summary>
    public bool Concerns(IReadOnlyList<Alert> known, IReadOnlyList<Gauge> gauges, DateTimeOffset now) =>
        gauges.Any(gauge => StepOf(known.FirstOrDefault(alert => alert.Name == gauge.Name), gauge, now) != Step.None);

    /// <summary>Does it, and returns what is to be told.</summary>
    public List<AlertChange> Apply(Connection c, IReadOnlyList<Gauge> gauges)
    {
        List<Alert> known = List(c);
        List<AlertChange> changes = [];
        foreach (Gauge gauge in gauges)
            switch (StepOf(known.Find(alert => alert.Name == gauge.Name), gauge, c.Time.Now))
            {
                case Step.Raise:
                    changes.Add(Raise(c, gauge));
                    break;
                case Step.Clear:
                    changes.Add(Clear(c, gauge));
                    break;
                case Step.Refresh:
                    c.Execute("UPDATE monitor_alerts SET over_at = @Now, value = @Value WHERE name = @Name", new { c.Time.Now, Value = gauge.Value ?? 0, gauge.Name });
                    break;
            }
        return changes;
    }

    private Step StepOf(Alert? known, Gauge gauge, DateTimeOffset now)
    {
        if (known is not { Raised: true })
            return gauge.IsOver ? Step.Raise : Step.None;
        TimeSpan since = now - known.OverAt;
        if (gauge.IsNear)
            return since.Duration() >= Calm / 6 ? Step.Refresh : Step.None;
        // A last time that is still to come is of a clock that was wrong.
        return since >= Calm || since < TimeSpan.Zero ? Step.Clear : Step.None;
    }

    private AlertChange Raise(Connection c, Gauge gauge)
    {
        c.Execute("""
            INSERT INTO monitor_alerts (name, raised, value, threshold, raised_at, over_at, crossings) VALUES (@Name, 1, @Value, @Threshold, @Now, @Now, 1)
            ON CONFLICT (name) DO UPDATE SET raised = 1, value = excluded.value, threshold = excluded.threshold, raised_at = excluded.raised_at,
                over_at = excluded.over_at, cleared_at = NULL, crossings = monitor_alerts.crossings + 1
            """, new { gauge.Name, Value = gauge.Value ?? 0, gauge.Threshold, c.Time.Now });
        Log(c, "alert_raised", gauge);
        return new(gauge, IsRaised: true) { Notified = Tell(c, gauge, out string? fault), Fault = fault };
    }

    private AlertChange Clear(Connection c, Gauge gauge)
    {
        c.Execute("UPDATE monitor_alerts SET raised = 0, value = @Value, cleared_at = @Now WHERE name = @Name", new { Value = gauge.Value ?? 0, c.Time.Now, gauge.Name });
        Log(c, "alert_cleared", gauge);
        return new(gauge, IsRaised: false);
    }

    private void Log(Connection c, string type, Gauge gauge) => events.Append(c, new(type)
    {
        ProjectSeq = projects.GetOrCreateDefault(c).Seq,
        EntityType = "alert",
        EntityId = gauge.Name,
        Data = DataOf(gauge).ToJsonString(JsonSerializerOptions.Default),
    });

    /// <summary>A message to whom the settings name; who is not there is a fault of the settings, not of what happened.</summary>
    private string? Tell(Connection c, Gauge gauge, out string? fault)
    {
        fault = settings.Notify.Length == 0 ? null : agents.Find(c, settings.Notify) is not { Status: not AgentStatus.Removed } ? NotifiedAgent.Missing(settings.Notify) : null;
        if (settings.Notify.Length == 0 || fault is not null)
            return null;
        Agent sender = agents.AddInactive(c, new() { Name = AgentName.Parse(Sender), Instruction = "Tells of thresholds that the store has crossed." }, projects.GetOrCreateDefault(c));
        return messages.Send(c, new()
        {
            From = sender.Id,
            To = [settings.Notify],
            Content = $"Alert: {gauge.Told}. get_database_stats (toolset admin) shows more.",
            Importance = Importance.High,
            Context = JsonElement.Parse(DataOf(gauge).ToJsonString(JsonSerializerOptions.Default)),
        }).Messages[0].To;
    }

    private static JsonObject DataOf(Gauge gauge) => new()
    {
        ["name"] = gauge.Name, ["value"] = gauge.Value, ["threshold"] = gauge.Threshold, ["setting"] = gauge.Setting, ["pid"] = Environment.ProcessId, ["machine"] = Environment.MachineName,
    };

    private enum Step
    {
        None,
        Raise,
        Refresh,
        Clear,
    }
}

/// <summary>A threshold that was crossed.</summary>
public sealed record Alert
{
    /// <summary>What: <c>wal_bytes</c>, <c>central_bytes</c>, <c>write_wait_p99_ms</c>, <c>errors_per_minute</c>, <c>slow_query_ms</c>, <c>free_disk_bytes</c>.</summary>
    public string Name { get; init; } = "";
    /// <summary>It still is.</summary>
    public bool Raised { get; init; }
    /// <summary>How it stood when somebody looked last while it was crossed, or when it was over.</summary>
    public double Value { get; init; }
    /// <summary>The threshold at that time.</summary>
    public double Threshold { get; init; }
    /// <summary>Since when, or when last.</summary>
    public DateTimeOffset RaisedAt { get; init; }
    /// <summary>When a server last saw it crossed, or nearly so.</summary>
    public DateTimeOffset OverAt { get; init; }
    /// <summary>When it was over; null while it is not.</summary>
    public DateTimeOffset? ClearedAt { get; init; }
    /// <summary>How often it was crossed.</summary>
    public long Crossings { get; init; }
}

/// <summary>A threshold has been crossed just now, or it is over.</summary>
/// <param name="Gauge">What.</param>
/// <param name="IsRaised">It has been crossed.</param>
public sealed record AlertChange(Gauge Gauge, bool IsRaised)
{
    /// <summary>The agent that got a message; null when none did.</summary>
    public string? Notified { get; init; }
    /// <summary>Why nobody did who should.</summary>
    public string? Fault { get; init; }
    /// <summary>The store cannot be written, so that this is all that tells of it.</summary>
    public string? Unstored { get; init; }

    /// <summary>One line for the log.</summary>
    public override string ToString() => $"{(IsRaised ? "Alert" : "Over")}: {Gauge.Told}."
        + (Notified is null ? "" : $" '{Notified}' has a message.") + (Fault is null ? "" : $" {Fault}") + (Unstored is null ? "" : $" It could not be stored: {Unstored}");
}
