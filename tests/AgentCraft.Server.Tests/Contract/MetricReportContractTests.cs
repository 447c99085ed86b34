using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>metrics</c>.</summary>
public abstract class MetricReportContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Query_metrics_answers_as_approved()
    {
        await Fill();
        Story story = Tell("query_metrics");
        string cursor = (await story.Call("Values, the newest first, in pages", new { names = new[] { "ms" }, limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { names = new[] { "ms" }, limit = 2, cursor });
        await story.Call("That cursor for another metric", new { names = new[] { "passed" }, cursor });
        await story.Call("Several metrics of one agent, the oldest first", new { names = new[] { "ms", "passed" }, agents = new[] { "BOB" }, order = "asc" });
        await story.Call("All of everybody's as one, units apart", new { names = new[] { "ms" }, bucket = "all" });
        await story.Call("Two agents, each on its own", new { names = new[] { "ms" }, agents = new[] { "alice", "bob", "Bob" }, bucket = "all" });
        await story.Call("Nothing in that time", new { names = new[] { "ms" }, until = "2001-01-01", bucket = "day" });
        await story.Call("No such metric", new { names = new[] { "mss" } });
        await story.Call("No metric at all", new { names = Array.Empty<string>() });
        await story.Call("No such agent", new { names = new[] { "ms" }, agents = new[] { "bop" } });
        await story.Call("No such session", new { names = new[] { "ms" }, session = "session_0" });
        await story.Call("No such bucket", new { names = new[] { "ms" }, bucket = "week" });
        Approve(story, "query_metrics");
    }

    [Fact]
    public async Task List_metrics_answers_as_approved()
    {
        await Fill();
        Story story = Tell("list_metrics");
        string cursor = (await story.Call("A page of one", new { limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { limit = 1, cursor });
        await story.Call("That cursor for an agent", new { agent = "bob", cursor });
        await story.Call("One agent's", new { agent = "BOB" });
        await story.Call("A project's", new { project = "shop", limit = 1 });
        await story.Call("No such agent", new { agent = "bop" });
        await story.Call("No such project", new { project = "shob" });
        Approve(story, "list_metrics");
    }

    [Fact]
    public async Task Counts_are_those_of_what_is_recorded_and_go_with_the_agent()
    {
        await Fill();
        (await Call("remove_agent", new { agent = "alice", name = "bob", purge = true })).Succeeded();
        ToolAnswer known = await Call("list_metrics");
        Assert.Equal(1, known.GetNumber("total"));
        Assert.Equal((3, 1), (known.GetNumber("metrics.0.count"), known.GetNumber("metrics.0.agents")));
        Refused("not_found", await Call("query_metrics", new { names = new[] { "passed" } }));
    }

    [Fact]
    public async Task A_mean_is_right_where_a_sum_would_overflow_and_where_a_share_would_vanish()
    {
        await Start("alice");
        await Call("record_metric", new { agent = "alice", metrics = new object[] { new { name = "huge", value = 1.7e308 }, new { name = "huge", value = 1.5e308 }, new { name = "tiny", value = 5e-324 }, new { name = "tiny", value = 5e-324 } } });
        ToolAnswer buckets = await Call("query_metrics", new { names = new[] { "huge", "tiny" }, bucket = "all" });
        Assert.Equal(1.6e308, buckets.At("buckets.0.mean").GetDouble(), 1e300);
        Assert.Equal(5e-324, buckets.At("buckets.1.mean").GetDouble());
    }

    [Fact]
    public async Task Percentiles_are_of_the_nearest_rank()
    {
        await Start("alice");
        await Call("record_metric", new { agent = "alice", metrics = Enumerable.Range(1, 100).Reverse().Select(i => new { name = "m", value = i }) });
        JsonElement bucket = (await Call("query_metrics", new { names = new[] { "m" }, bucket = "all" })).At("buckets.0");
        Assert.Equal("100 1 100 50.5 50 95", string.Join(' ', new[] { "count", "min", "max", "mean", "p50", "p95" }.Select(member => bucket.GetProperty(member).GetRawText())));
    }

    /// <summary>Of alice three and of bob two times, one in another unit, and a count of bob's.</summary>
    private async Task Fill()
    {
        await Start("alice", "bob");
        foreach (double value in new[] { 10, 30, 20.5 })
            (await Call("record_metric", new { agent = "alice", name = "ms", value, unit = "ms" })).Succeeded();
        await Call("record_metric", new { agent = "bob", metrics = new object[] { new { name = "ms", value = 5, unit = "ms" }, new { name = "ms", value = 1 }, new { name = "passed", value = 7 } } });
    }
}
