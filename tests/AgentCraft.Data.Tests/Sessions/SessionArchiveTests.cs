using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Sessions;

/// <summary>Sessions are archived by the way, once a day. Rows are made older than they are, since PostgreSQL has its own clock.</summary>
[OnEveryEngine]
public sealed class SessionArchiveTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Store = _project.Store ?? "", Sessions = new() { ArchiveDays = 10 } }, TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Starting_archives_what_ended_longer_ago_than_the_setting_says()
    {
        string old = await EndSession(daysAgo: 11), young = await EndSession(daysAgo: 9);
        await LastTime(days: -1);
        string current = await Start();
        Assert.Equal(["archived", "ended", "active"], await Statuses(old, young, current));
        Assert.Equal(1, await Count("SELECT count(*) FROM session_events WHERE event_type = 'sessions_archived'"));
    }

    [Fact]
    public async Task It_is_done_once_a_day()
    {
        await Start();
        string old = await EndSession(daysAgo: 11);
        await Start();
        Assert.Equal(["ended"], await Statuses(old));
        await LastTime(days: -0.99);
        await Start();
        Assert.Equal(["ended"], await Statuses(old));
        await LastTime(days: -1);
        await Start();
        Assert.Equal(["archived"], await Statuses(old));
    }

    [Fact]
    public async Task A_clock_that_was_ahead_stops_it_for_no_longer_than_it_takes_to_correct_it()
    {
        string old = await EndSession(daysAgo: 11);
        await LastTime(days: 400);
        await Start();
        Assert.Equal(["archived"], await Statuses(old));
    }

    [Fact]
    public async Task Of_many_a_few_are_archived_at_each_start_until_all_are()
    {
        string old = await EndSession(daysAgo: 11);
        await LastTime(days: -1);
        await _stores.Databases.Central.Write(c => c.Execute("""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            INSERT INTO sessions (id, project_seq, status, started_at, ended_at)
            SELECT 'session_' || n.i, s.project_seq, 'ended', s.started_at, s.ended_at FROM n, sessions s WHERE s.id = @Old
            """, new { Old = old }));
        List<long> left = [];
        for (int i = 0; i < 4; i++)
        {
            await Start();
            left.Add(await Count("SELECT count(*) FROM sessions WHERE status = 'ended'"));
        }
        Assert.Equal([701, 201, 0, 0], left);
        Assert.Equal(3, await Count("SELECT count(*) FROM session_events WHERE event_type = 'sessions_archived'"));
    }

    [Fact]
    [OnSqlite("PostgreSQL reads small tables as a whole")]
    public async Task What_is_looked_for_is_found_by_an_index()
    {
        List<string> plan = await _stores.Databases.Central.Read(c => c.Query<Step>("""
            EXPLAIN QUERY PLAN SELECT seq FROM sessions WHERE status = 'ended' AND ended_at < @Before AND (@Project IS NULL OR project_seq = @Project)
            ORDER BY ended_at LIMIT 500
            """, new { Before = "2026", Project = (long?)null }).ConvertAll(step => step.Detail));
        Assert.Contains("USING INDEX sessions_ended", Assert.Single(plan), StringComparison.Ordinal);
    }

    private async Task<string> Start() =>
        (await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("alice") } })).Session.Id;

    private async Task<string> EndSession(double daysAgo)
    {
        string id = await Start();
        await _stores.Sessions.End("alice", id, summary: null);
        await _stores.Databases.Central.Write(c => c.Execute("UPDATE sessions SET ended_at = @Then WHERE id = @Id",
            new { Then = c.Time.Now - TimeSpan.FromDays(daysAgo), Id = id }));
        return id;
    }

    private Task LastTime(double days) => _stores.Databases.Central.Write(c => c.Execute("UPDATE store_info SET value = @Then WHERE key = 'sessions_archived_at'",
        new { Then = Times.ToText(c.Time.Now + TimeSpan.FromDays(days)) }));

    private Task<string[]> Statuses(params string[] ids) => _stores.Databases.Central.Read(c =>
        ids.Select(id => c.First<string>("SELECT status FROM sessions WHERE id = @Id", new { Id = id })!).ToArray());

    private Task<long> Count(string sql) => _stores.Databases.Central.Read(c => c.First<long>(sql));

    private sealed class Step
    {
        public string Detail { get; init; } = "";
    }
}
