using System.Globalization;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Sessions;

/// <summary>Puts away sessions that ended long ago. Only their status changes: they can still be listed and read.</summary>
public sealed class SessionArchive(Databases databases, ProjectStore projects, AgentStore agents, EventStore events, SessionSettings settings)
{
    private const string LastTime = "sessions_archived_at";
    private const int MostAtOnce = 10_000;
    private const int MostOnTheWay = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    /// <summary>Archives what ended before a moment.</summary>
    /// <param name="agent">Who asks for it.</param>
    /// <param name="project">Name or id; null for all projects.</param>
    /// <param name="before">Null: as many days ago as the setting says.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    public Task<ArchivedSessions> Archive(string agent, string? project, DateTimeOffset? before, CancellationToken cancellationToken = default) =>
        databases.Central.Write(c =>
        {
            AgentRef by = agents.Identify(c, agent);
            long? only = project is null ? null : projects.FindKnown(c, project)?.Seq ?? 0;
            DateTimeOffset limit = before ?? Ago(c, null);
            int archived = Archive(c, only, limit, MostAtOnce, by);
            return new ArchivedSessions { Archived = archived, Before = limit, HasMore = archived == MostAtOnce };
        }, cancellationToken);

    /// <summary>Archives whatever ended so many days ago, by short transactions. Returns how many.</summary>
    /// <param name="by">Who asks for it; null for the server itself.</param>
    /// <param name="days">Null: as the setting says.</param>
    /// <param name="cancellationToken">Gives up between two transactions.</param>
    internal async Task<long> ArchiveAll(AgentRef? by, int? days, CancellationToken cancellationToken = default)
    {
        long archived = 0;
        for (int some = MostOnTheWay; some == MostOnTheWay; archived += some)
            some = await databases.Central.Write(c => Archive(c, project: null, Ago(c, days), MostOnTheWay, by), cancellationToken);
        return archived;
    }

    /// <summary>Archives whatever ended so many days ago, or counts it.</summary>
    /// <param name="days">Null: as the setting says.</param>
    /// <param name="isDry">Only counts.</param>
    /// <param name="cancellationToken">Gives up between two transactions.</param>
    public async Task<ArchivedSessions> ArchiveOlder(int? days, bool isDry, CancellationToken cancellationToken = default)
    {
        DateTimeOffset before = await databases.Central.Read(c => Ago(c, days), cancellationToken);
        long count = isDry ? await databases.Central.Read(
                c => c.First<long>("SELECT count(*) FROM sessions WHERE status = 'ended' AND ended_at < @Before", new { Before = before }), cancellationToken)
            : await ArchiveAll(by: null, days, cancellationToken);
        return new() { Archived = (int)count, Before = before };
    }

    /// <summary>Once a day, in the transaction of somebody who writes anyway; a few at a time, for he is waiting.</summary>
    internal void ArchiveWhenDue(Connection c)
    {
        string? last = c.First<string>("SELECT value FROM store_info WHERE key = @Key", new { Key = LastTime });
        // A last time that is still to come is of a clock that was wrong.
        bool due = last is null || c.Time.Now - Times.Parse(last) is var since && (since >= Interval || since < TimeSpan.Zero);
        if (!due || Archive(c, project: null, Ago(c, null), MostOnTheWay, by: null) == MostOnTheWay)
            return;
        c.Execute("INSERT INTO store_info (key, value) VALUES (@Key, @Now) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            new { Key = LastTime, Now = Times.ToText(c.Time.Now) });
    }

    private DateTimeOffset Ago(Connection c, int? days) => c.Time.Now - TimeSpan.FromDays(days ?? settings.ArchiveDays);

    private int Archive(Connection c, long? project, DateTimeOffset before, int most, AgentRef? by)
    {
        int archived = c.Execute("""
            UPDATE sessions SET status = 'archived' WHERE seq IN (
                SELECT seq FROM sessions WHERE status = 'ended' AND ended_at < @Before AND (@Project IS NULL OR project_seq = @Project)
                ORDER BY ended_at LIMIT @Most)
            """, new { Before = before, Project = project, Most = most });
        if (archived > 0)
            events.Append(c, new("sessions_archived")
            {
                ProjectSeq = project, AgentSeq = by?.Seq, EntityType = "session",
                Data = string.Create(CultureInfo.InvariantCulture, $$"""{"archived":{{archived}},"before":"{{Times.ToText(before)}}"}"""),
            });
        return archived;
    }
}

/// <summary>What archiving did.</summary>
public sealed record ArchivedSessions
{
    /// <summary>How many sessions were archived now.</summary>
    public int Archived { get; init; }
    /// <summary>Those that ended before this moment.</summary>
    public DateTimeOffset Before { get; init; }
    /// <summary>There are more: call again.</summary>
    public bool HasMore { get; init; }
}
