using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class OutputCrashTests
{
    private const string CountOutputs = "SELECT count(*) FROM outputs", CountContents = "SELECT count(*) FROM output_contents";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_output_whose_server_was_killed_between_its_content_and_its_row_dangles_nowhere_and_is_completed_by_the_repeated_call()
    {
        using TemporaryProject project = new();
        var output = new { agent = "alice", path = "src/a.ts", content = "let x = 1;\n", idempotencyKey = "the-key" };
        // The store is there, and so is alice's file.
        await using (StdioServer first = await Connect(project))
        {
            (await first.Call("start_session", new { agent = "alice" })).Succeeded();
            (await first.Call("append_history", new { agent = "alice", role = "user", content = "Go." })).Succeeded();
        }
        using StoreView central = StoreView.Central(project), own = StoreView.Agent(project, "alice");
        await using StdioServer doomed = await Connect(project);
        (await doomed.Call("read_inbox", new { agent = "alice" })).Succeeded();
        using (project.HoldWrites())
        {
            StartedRequest call = await doomed.StartCall("record_output", output);
            await Eventually.Become(() => own.Count(CountContents) == 1, Limit, "the content was committed");
            Assert.False(call.IsCompleted);
            doomed.Kill();
        }
        Assert.Equal((0, 1), (central.Count(CountOutputs), own.Count(CountContents)));

        await using StdioServer next = await Connect(project);
        Assert.Empty((await next.Call("list_outputs")).At("outputs").EnumerateArray());
        ToolAnswer completed = await next.Call("record_output", output), replayed = await next.Call("record_output", output);
        Assert.Equal((false, true), (completed.Get<bool>("replayed"), replayed.Get<bool>("replayed")));
        Assert.Equal(completed.GetText("output.id"), replayed.GetText("output.id"));
        Assert.Equal((1, 1), (central.Count(CountOutputs), own.Count(CountContents)));
        Assert.Equal(output.content, (await next.Call("get_output", new { path = output.path })).GetText("content"));
    }

    [Fact]
    public async Task Versions_have_no_gap_and_no_repeat_when_many_processes_record_one_path_at_once()
    {
        using TemporaryProject project = new();
        const int Processes = 4, Each = 10;
        StdioServer[] servers = [.. await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => Connect(project)))];
        await Task.WhenAll(servers.Select(async (server, i) =>
        {
            (await server.Call("start_session", new { agent = $"agent-{i}" })).Succeeded();
            for (int n = 0; n < Each; n++)
                (await server.Call("record_output", new { agent = $"agent-{i}", path = "shared.log", content = $"{i} {n}" })).Succeeded();
        }));
        using StoreView central = StoreView.Central(project);
        Assert.Equal(Enumerable.Range(1, Processes * Each).Select(n => $"{n}"), central.Texts("SELECT CAST(version AS TEXT) FROM outputs ORDER BY seq"));
        Assert.Equal(0, central.Count("SELECT count(*) FROM outputs o LEFT JOIN outputs b ON b.seq = o.previous_seq WHERE o.version > 1 AND (b.version IS NULL OR b.version <> o.version - 1)"));
        foreach (StdioServer server in servers)
            await server.DisposeAsync();
    }

    private static Task<StdioServer> Connect(TemporaryProject project) => StdioServer.Connect(project.Root, ["--toolsets", "all"]);
}
