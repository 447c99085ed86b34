using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>prune_records</c>.</summary>
public abstract class PruneContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Prune_records_answers_as_approved()
    {
        await Fill();
        Story story = Tell("prune_records");
        await story.Call("Without confirmation it says how many", new { agent = "alice", kind = "metrics", filter = new { agent = "BOB" } });
        await story.Call("With it they are gone", new { agent = "alice", kind = "metrics", filter = new { agent = "BOB" }, confirm = true });
        await story.Call("Again there is nothing", new { agent = "alice", kind = "metrics", filter = new { agent = "BOB" }, confirm = true });
        await story.Call("History of a role", new { agent = "alice", kind = "history", filter = new { type = "user" }, confirm = true });
        await story.Call("Outputs of a project", new { agent = "alice", kind = "outputs", filter = new { project = "shop", type = "log" }, confirm = true });
        await story.Call("Events of a type", new { agent = "alice", kind = "events", filter = new { type = "check_completed" }, confirm = true });
        await story.Call("Nothing is so old", new { agent = "alice", kind = "events", before = "2001-01-01", confirm = true });
        await story.Call("Everything there is", new { agent = "alice", kind = "events", confirm = true });
        await story.Call("No such role", new { agent = "alice", kind = "history", filter = new { type = "system" } });
        await story.Call("A member that a filter does not have", new { agent = "alice", kind = "events", filter = new { agents = "bob" } });
        await story.Call("No such kind", new { agent = "alice", kind = "messages", before = "2001-01-01" });
        await story.Call("No time", new { agent = "alice", kind = "events", before = "last year" });
        await story.Call("No such agent", new { agent = "alice", kind = "events", filter = new { agent = "bop" } });
        await story.Call("No such project", new { agent = "alice", kind = "events", filter = new { project = "shob" } });
        Approve(story, "prune_records");
    }

    [Fact]
    public async Task Without_confirmation_no_row_changes_and_with_it_only_what_was_asked_for_goes()
    {
        await Fill();
        string before = StoreDump.Of(Root);
        foreach (string kind in new[] { "history", "events", "outputs", "metrics" })
            Assert.True((await Call("prune_records", new { agent = "alice", kind, filter = new { agent = "alice" }, before = "2999-01-01" })).GetNumber("rows") > 0);
        Assert.Equal(before, StoreDump.Of(Root));
        (await Call("prune_records", new { agent = "alice", kind = "metrics", filter = new { agent = "bob" }, confirm = true })).Succeeded();
        ToolAnswer known = await Call("list_metrics");
        Assert.Equal((1, 1), (known.GetNumber("total"), known.GetNumber("metrics.0.count")));
        (await Call("prune_records", new { agent = "alice", kind = "history", filter = new { type = "user" }, confirm = true })).Succeeded();
        Assert.Equal(1, (await Call("get_history", new { agent = "alice" })).GetNumber("total"));
        Assert.Equal(1, (await Call("list_events", new { type = "records_pruned", agent = "alice" })).At("events").EnumerateArray().Count(e => e.GetProperty("data").GetProperty("kind").GetString() == "history"));
    }

    [Fact]
    public async Task More_than_one_batch_goes_and_the_counts_stay_right()
    {
        await Start("alice");
        for (int call = 0; call < 11; call++)
            (await Call("record_metric", new { agent = "alice", metrics = Enumerable.Range(0, 200).Select(i => new { name = i < 199 ? "many" : "few", value = i }) })).Succeeded();
        Assert.Equal(2189, (await Call("prune_records", new { agent = "alice", kind = "metrics", filter = new { type = "many" }, confirm = true })).GetNumber("rows"));
        ToolAnswer left = await Call("list_metrics");
        Assert.Equal((1, 11), (left.GetNumber("total"), left.GetNumber("metrics.0.count")));
    }

    /// <summary>Of alice a metric, two entries of history, an output and an event; of bob two metrics.</summary>
    private async Task Fill()
    {
        await Start("alice", "bob");
        (await Call("record_metric", new { agent = "alice", name = "ms", value = 1 })).Succeeded();
        (await Call("record_metric", new { agent = "bob", metrics = new[] { new { name = "ms", value = 1 }, new { name = "passed", value = 2 } } })).Succeeded();
        (await Call("append_history", new { agent = "alice", entries = new[] { new { role = "user", content = "Hello" }, new { role = "assistant", content = "Hi" } } })).Succeeded();
        (await Call("record_output", new { agent = "alice", path = "a.log", content = "x", type = "log" })).Succeeded();
        (await Call("log_event", new { agent = "alice", type = "check_completed" })).Succeeded();
    }
}
