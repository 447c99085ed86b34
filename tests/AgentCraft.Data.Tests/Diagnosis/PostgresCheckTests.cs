using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Diagnosis.Checks;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Diagnosis;

/// <summary>What the doctor says of a database server.</summary>
public sealed class PostgresCheckTests
{
    private static readonly PostgresFacts Healthy = new()
    {
        Version = new(16, 2), Encoding = "UTF8", HasSchema = true, MayCreate = true,
        Settings = new Dictionary<string, string> { ["fsync"] = "on", ["synchronous_commit"] = "on", ["full_page_writes"] = "on", ["autovacuum"] = "on" },
    };

    private static readonly Dictionary<string, (Func<PostgresFacts, PostgresFacts> Break, Severity Severity, string Next)> Faults = new()
    {
        ["is PostgreSQL 13.4"] = (facts => facts with { Version = new(13, 4) }, Severity.Error, "SELECT version()"),
        ["encoding is LATIN1"] = (facts => facts with { Encoding = "LATIN1" }, Severity.Error, "createdb --encoding UTF8"),
        ["is a standby"] = (facts => facts with { IsStandby = true }, Severity.Error, "pg_stat_wal_receiver"),
        ["fsync is off"] = (facts => Off(facts, "fsync"), Severity.Warning, "ALTER SYSTEM SET fsync = on"),
        ["full_page_writes is off"] = (facts => Off(facts, "full_page_writes"), Severity.Warning, "ALTER SYSTEM SET full_page_writes = on"),
        ["synchronous_commit is off"] = (facts => Off(facts, "synchronous_commit"), Severity.Warning, "ALTER ROLE CURRENT_USER SET synchronous_commit = on"),
        ["autovacuum is off"] = (facts => Off(facts, "autovacuum"), Severity.Warning, "ALTER SYSTEM SET autovacuum = on"),
        ["may not create the schema agentcraft"] = (facts => facts with { HasSchema = false, MayCreate = false }, Severity.Error, "GRANT CREATE ON DATABASE d TO u"),
        ["may not use agentcraft.messages"] = (facts => facts with { Refused = ["agentcraft.messages"] }, Severity.Error, "GRANT ALL ON ALL TABLES IN SCHEMA agentcraft, agentcraft_agents TO u"),
        ["language's rules in agentcraft.agents.name"] = (facts => facts with { OtherCollation = ["agentcraft.agents.name"] }, Severity.Error, "\\d+ agentcraft.agents"),
        ["left unfinished: agentcraft.x"] = (facts => facts with { Invalid = ["agentcraft.x"] }, Severity.Error, "REINDEX INDEX agentcraft.x"),
        ["can take 2 more connections"] = (facts => facts with { Free = 2 }, Severity.Warning, "pg_stat_activity"),
    };

    public static TheoryData<string> Names => new(Faults.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_fault_is_told_with_the_command_that_mends_it(string what)
    {
        Premises premises = new("/root", new(), new());
        PostgresAddress address = PostgresAddress.Parse("Host=h;Username=u;Database=d");
        Assert.Empty(PostgresCheck.Findings(premises, Healthy, address));
        (Func<PostgresFacts, PostgresFacts> breakIt, Severity severity, string next) = Faults[what];
        Finding finding = Assert.Single(PostgresCheck.Findings(premises, breakIt(Healthy), address));
        Assert.Equal(severity, finding.Severity);
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.Contains(next, finding.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        using Practice practice = new() { Settings = new() };
        Doctor doctor = new(practice.Premises with { Settings = new() { Store = "Host=127.0.0.1;Port=1;Username=u;Database=d" } });
        Finding[] findings = [.. (await doctor.Look()).Checks.Single(check => check.Check == "postgres").Findings];
        Assert.Contains("cannot be reached", findings.Single().What, StringComparison.Ordinal);
        Assert.Equal("pg_isready -h 127.0.0.1 -p 1 -U u -d d", findings.Single().Next);
    }

    [Fact]
    [OnPostgres]
    public async Task A_store_there_is_looked_at_mended_and_left_as_it_is_otherwise()
    {
        using (Practice empty = new())
        {
            DoctorReport report = await empty.Doctor.Look();
            Assert.DoesNotContain(report.Checks.SelectMany(check => check.Findings), IsOurs);
            Assert.Contains("no tables yet", report.Checks.Single(check => check.Check == "postgres").Summary, StringComparison.Ordinal);
            Assert.Contains("no tables yet", (await empty.Doctor.Look()).Checks.Single(check => check.Check == "postgres").Summary, StringComparison.Ordinal);
        }
        using Practice practice = await Practice.Create();
        Assert.DoesNotContain(await practice.Findings(), one => IsOurs(one.Finding));
        await using Stores stores = practice.Open();
        await stores.Databases.Central.Write(c => c.Execute("UPDATE inbox_counts SET unread = 7"));
        await stores.Databases.Agent("ann", "default").Write(c => c.Execute("UPDATE history_totals SET entries = entries + 1 WHERE role = '*'"));
        Assert.Equal(["indexes", "indexes"], (await practice.Findings()).Where(one => IsOurs(one.Finding)).Select(one => one.Check));
        var fixedNow = await practice.Doctor.Fix();
        Assert.All(fixedNow.Done, done => Assert.True(done.Fixed, done.Done));
        Assert.DoesNotContain(await practice.Findings(), one => IsOurs(one.Finding));
        Assert.Equal(3, await stores.Databases.Central.Read(c => c.First<long>("SELECT unread FROM inbox_counts")));
        Assert.Empty((await practice.Doctor.Undo(fixedNow.Id)).Kept);
        Assert.Equal(7, await stores.Databases.Central.Read(c => c.First<long>("SELECT unread FROM inbox_counts")));
        practice.Settings = new();
        Doctor careless = new(practice.Premises with { Settings = new() { Store = practice.Project.Store + ";Options=-c synchronous_commit=off" } });
        Assert.Contains((await careless.Look()).Checks.SelectMany(check => check.Findings), finding => finding.What.StartsWith("synchronous_commit is off", StringComparison.Ordinal));
    }

    // A server for tests may well not care for power cuts.
    private static bool IsOurs(Finding finding) => !finding.What.StartsWith("fsync is off", StringComparison.Ordinal) && !finding.What.StartsWith("full_page_writes is off", StringComparison.Ordinal);

    private static PostgresFacts Off(PostgresFacts facts, string name) => facts with { Settings = new Dictionary<string, string>(facts.Settings) { [name] = "off" } };
}
