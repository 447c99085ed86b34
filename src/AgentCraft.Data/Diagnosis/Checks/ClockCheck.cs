using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Whether this machine's clock goes with what was stored: leases and waits do not need it, but what a person reads does.</summary>
internal sealed class ClockCheck : ICheck
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public string Name => "clock";

    public string Title => "Clock";

    public bool AppliesTo(Premises premises) => premises.IsFiles && premises.HasStore;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        DateTimeOffset now = premises.Around.Time.GetUtcNow();
        if (Newest(premises) is not { } newest)
            return Task.FromResult(new Seen("nothing stored to compare it with"));
        TimeSpan ahead = newest - now;
        return Task.FromResult(ahead <= Tolerance ? new Seen("agrees with what was stored last") : new Seen("behind what was stored last",
            Finding.Warning($"The newest event is of {Times.ToText(newest)}, which is {Shown(ahead)} ahead of this machine's clock: the clock was wrong, or is.",
                "Times that agents and people read are out of order; backups, archiving and pruning by age come too early or too late.", "timedatectl status")));
    }

    private static DateTimeOffset? Newest(Premises premises)
    {
        try
        {
            return OnlyLooking.ReadTold(premises.Paths.Central, premises.Store, c => c.First<long>(c.Dialect.CountTables, new { Name = "session_events" }) == 0 ? null
                : c.First<string>("SELECT max(created_at) FROM session_events")) is { } text ? Times.Parse(text) : null;
        }
        catch (AgentCraftException)
        {
            // Told by the check of its integrity.
            return null;
        }
    }

    private static string Shown(TimeSpan span) => span.TotalHours < 48 ? $"{span.TotalHours:0.#} hours" : $"{span.TotalDays:0} days";
}
