using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>run_maintenance</c>, <c>verify_database</c> and <c>get_database_stats</c>.</summary>
public abstract class MaintenanceContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Run_maintenance_answers_as_approved()
    {
        await Fill();
        Story story = Tell("run_maintenance");
        await story.Call("Sessions that have ended are archived", new { agent = "alice", tasks = new[] { "archive" }, archiveDays = 0 });
        await story.Call("Again there is nothing", new { agent = "alice", tasks = new[] { "archive" }, archiveDays = 0 });
        await story.Call("By default everything is kept", new { agent = "alice", tasks = new[] { "archive", "prune" } });
        await story.Call("No such task", new { agent = "alice", tasks = new[] { "polish" } });
        await story.Call("Days that there cannot be", new { agent = "alice", archiveDays = -1 });
        await story.Call("No such agent", new { agent = "alicia" });
        Approve(story, "run_maintenance");
    }

    [Fact]
    public async Task Verify_database_answers_as_approved()
    {
        await Fill();
        Story story = Tell("verify_database");
        await story.Call("Everything");
        await story.Call("The central rows", new { file = "central" });
        await story.Call("Those of an agent", new { file = "ALICE" });
        await story.Call("No such agent", new { file = "alicia" });
        Approve(story, "verify_database");
    }

    [Fact]
    public async Task Get_database_stats_answers_as_approved()
    {
        await Fill();
        Story story = Tell("get_database_stats");
        await story.Call("It takes no arguments", new { agent = "alice" });
        Approve(story, "get_database_stats");
    }

    [Fact]
    public async Task What_maintenance_changed_is_an_event_and_what_it_left_is_none()
    {
        await Fill();
        (await Call("run_maintenance", new { agent = "alice" })).Succeeded();
        Assert.Equal(0, (await Call("list_events", new { type = "maintenance_done" })).GetNumber("total"));
        ToolAnswer done = await Call("run_maintenance", new { agent = "alice", archiveDays = 0 });
        Assert.Equal(1, done.GetNumber("archived"));
        JsonElement happened = Assert.Single((await Call("list_events", new { type = "maintenance_done" })).At("events").EnumerateArray());
        Assert.Equal(("alice", 1), (happened.GetProperty("agent").GetString(), happened.GetProperty("data").GetProperty("archived").GetInt32()));
    }

    [Fact]
    public async Task A_file_that_is_damaged_is_named_and_the_others_are_checked()
    {
        await Fill();
        if (Engines.Current == Engine.Postgres)
            return;
        // A row whose reference leads nowhere, as only a program that does not check can leave it.
        using (Microsoft.Data.Sqlite.SqliteConnection careless = new($"Data Source={Path.Combine(Root, ".agentcraft", "session.db")};Pooling=False;Foreign Keys=False"))
        {
            careless.Open();
            using var insert = careless.CreateCommand();
            insert.CommandText = "INSERT INTO session_agents (session_seq, agent_seq, joined_at) VALUES (999, 999, 'x')";
            insert.ExecuteNonQuery();
        }
        ToolAnswer found = await Call("verify_database");
        Assert.False(found.Get<bool>("ok"));
        Assert.Equal(2, found.GetNumber("checked"));
        Assert.Contains(found.At("problems").EnumerateArray(), problem => problem.GetProperty("file").GetString() == "central"
            && problem.GetProperty("problem").GetString()!.Contains("session_agents refers to a row of", StringComparison.Ordinal));
        Assert.True((await Call("verify_database", new { file = "alice" })).Get<bool>("ok"));
    }

    [Fact]
    public async Task Stats_count_what_there_is()
    {
        await Fill();
        ToolAnswer stats = await Call("get_database_stats");
        Assert.Equal(Engines.Current == Engine.Sqlite ? "sqlite" : "postgres", stats.GetText("engine"));
        Assert.Equal((2, 2, 1, 1), (stats.GetNumber("rows.agents"), stats.GetNumber("rows.sessions"), stats.GetNumber("rows.messages"), stats.GetNumber("rows.metrics")));
        Assert.Equal(stats.GetNumber("schemas.newestKnown"), stats.GetNumber("schemas.central"));
        if (Engines.Current == Engine.Postgres)
        {
            Assert.True(stats.GetNumber("central.bytes") > 100_000 && stats.GetNumber("agents.bytes") > 10_000);
            return;
        }
        // What was written last may lie in the log still.
        Assert.True(stats.GetNumber("central.bytes") + stats.GetNumber("central.logBytes") > 100_000);
        Assert.True(stats.GetNumber("agents.bytes") + stats.GetNumber("agents.logBytes") > 10_000);
        Assert.Equal((Path.Combine(".agentcraft", "session.db"), 1, "alice"), (stats.GetText("central.path"), stats.GetNumber("agents.files"), stats.GetText("agents.largest.0.agent")));
        Assert.True(stats.GetNumber("central.pages") * stats.GetNumber("central.pageSize") > 100_000);
    }

    [Fact]
    public async Task Stats_say_how_the_store_fares_and_name_no_argument()
    {
        await Fill();
        const string Secret = "content-of-a-call";
        await Post("alice", "bob", Secret);
        Refused("not_found", await Call("get_agent", new { name = Secret }));
        ToolAnswer stats = await Call("get_database_stats");
        Assert.True(stats.GetNumber("monitoring.calls") >= 8);
        Assert.Equal(1, stats.GetNumber("monitoring.errors.not_found"));
        Assert.True(stats.GetNumber("monitoring.writeWait.count") >= 6 && stats.GetNumber("monitoring.commit.count") >= 6);
        JsonElement[] buckets = [.. stats.At("monitoring.commit.buckets").EnumerateArray()];
        Assert.Equal(stats.GetNumber("monitoring.commit.count"), buckets.Sum(bucket => bucket.GetProperty("count").GetInt64()));
        Assert.Equal(["wal_bytes", "central_bytes", "write_wait_p99_ms", "errors_per_minute", "slow_query_ms", "free_disk_bytes"],
            stats.At("monitoring.gauges").EnumerateArray().Select(gauge => gauge.GetProperty("name").GetString()));
        Assert.Single(stats.At("monitoring.servers").EnumerateArray());
        Assert.Empty(stats.At("monitoring.alerts").EnumerateArray());
        Assert.DoesNotContain(Secret, stats.Text, StringComparison.Ordinal);
    }

    /// <summary>A session that has ended and one that has not, and something in alice's own file.</summary>
    private async Task Fill()
    {
        await Start("alice");
        (await Call("end_session", new { agent = "alice", summary = "done" })).Succeeded();
        await Start("alice", "bob");
        await Post("alice", "bob");
        (await Call("record_metric", new { agent = "alice", name = "ms", value = 1 })).Succeeded();
        (await Call("append_history", new { agent = "alice", role = "user", content = "Hello" })).Succeeded();
    }
}
