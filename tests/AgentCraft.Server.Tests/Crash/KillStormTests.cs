using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class KillStormTests(ITestOutputHelper output)
{
    private static int Writes => Quantity.Many(1_200, 20_000);
    private static int Kills => Quantity.Many(16, 200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(Quantity.Of(60, 300));

    [Fact]
    public async Task Eight_servers_under_kill_9_lose_nothing_double_nothing_and_keep_every_reader_s_order()
    {
        int seed = Seeds.Next(output);
        using TemporaryProject project = new();
        using CancellationTokenSource end = new(Limit);
        await using KillStorm storm = new(project.Root, Writes, seed);

        await storm.Run(Kills, end.Token);

        output.WriteLine(storm.Summary());
        Assert.Equal(Writes, storm.Acknowledged.Count);
        Assert.Equal(Kills, storm.Kills);
        AssertReadersSawAll(storm);
        await AssertReadBackOverTheProtocol(project, storm);
        AssertStoredOnce(project, storm);
        AssertHandoversStoredOnce(project, storm);
    }

    private static void AssertReadersSawAll(KillStorm storm)
    {
        List<string> read = [.. storm.Readers.SelectMany(reader => reader.Ids)];
        Assert.Equal(read.Count, read.Distinct().Count());
        Assert.Equal(storm.IdsOf("log_message"), read.ToHashSet());
    }

    private static async Task AssertReadBackOverTheProtocol(TemporaryProject project, KillStorm storm)
    {
        await using StdioServer server = await StdioServer.Connect(project.Root);
        HashSet<string> found = [];
        for (int a = 0; a < storm.Agents.Count; a++)
            for (int b = a; b < storm.Agents.Count; b++)
                await ReadConversation(server, storm.Agents[a], storm.Agents[b], found);
        Assert.Equal(storm.IdsOf("log_message"), found);
    }

    private static async Task ReadConversation(StdioServer server, string agentA, string agentB, HashSet<string> found)
    {
        string? cursor = null;
        long last = 0, read = 0;
        ToolAnswer page;
        do
        {
            page = await server.Call("get_conversation", new { agentA, agentB, cursor, limit = 200, order = "asc" });
            foreach (MessageRow message in page.Get<MessageRow[]>("messages"))
            {
                Assert.True(message.Seq > last, $"{message.Id} came after {last}.");
                Assert.True(found.Add(message.Id), $"{message.Id} is in two conversations.");
                (last, read) = (message.Seq, read + 1);
            }
            cursor = page.Get<bool>("hasMore") ? page.GetText("cursor") : null;
        }
        while (cursor is not null);
        Assert.Equal(page.GetNumber("total"), read);
    }

    private static void AssertStoredOnce(TemporaryProject project, KillStorm storm)
    {
        using StoreView central = StoreView.Central(project);
        central.AssertIntact();
        central.AssertCountsAreExact();
        Assert.Equal(storm.IdsOf("log_message"), central.Texts("SELECT id FROM messages").ToHashSet());
        Assert.Equal(storm.IdsOf("record_metric"), central.Texts("SELECT id FROM agent_metrics").ToHashSet());
        Assert.Empty(central.Texts("SELECT to_seq || ' has twice: ' || content FROM messages GROUP BY to_seq, content HAVING count(*) <> 1"));
        Assert.Empty(central.Texts("SELECT value FROM agent_metrics GROUP BY value HAVING count(*) <> 1"));
        Assert.Equal(storm.CountOf("record_metric"), central.Count("SELECT count(*) FROM agent_metrics"));
        Assert.Equal(storm.CountOf("log_message") + storm.CountOf("record_metric"), central.Count("SELECT count(*) FROM idempotency_keys"));
        Assert.Equal(1, central.Count("SELECT count(*) FROM sessions"));
        Assert.Equal(storm.Agents.Count, central.Count("SELECT count(*) FROM session_agents"));
        Assert.Equal(storm.Agents.Count + 1, central.Count("SELECT count(*) FROM agents"));
        Assert.Equal(storm.IdsOf("create_handover").Order(),
            central.Texts("SELECT entity_id FROM session_events WHERE entity_type = 'handover'").Order());
    }

    private static void AssertHandoversStoredOnce(TemporaryProject project, KillStorm storm)
    {
        using StoreView keeper = StoreView.Agent(project, "session-handover");
        keeper.AssertIntact();
        Assert.Equal(storm.IdsOf("create_handover").Order(), keeper.Texts("SELECT id FROM handover_documents").Order());
        Assert.Empty(keeper.Texts("SELECT title FROM handover_documents GROUP BY title HAVING count(*) <> 1"));
        Assert.Equal(storm.CountOf("create_handover"), keeper.Count("SELECT count(*) FROM idempotency_keys"));
        // Every rule of the template once for each, whatever was killed and repeated.
        Assert.Empty(keeper.Texts("SELECT rule_name FROM validation_results GROUP BY handover_seq, rule_name HAVING count(*) <> 1"));
        Assert.Single(keeper.Texts("""
            SELECT DISTINCT cast(count(v.seq) AS TEXT) FROM handover_documents d LEFT JOIN validation_results v ON v.handover_seq = d.seq GROUP BY d.seq
            """), rules => int.Parse(rules) > 4);
        Assert.Equal(1, keeper.Count("SELECT count(*) FROM handover_documents WHERE status = 'published'"));
        Assert.Equal(keeper.Texts("SELECT content FROM handover_documents WHERE status = 'published'"),
            [File.ReadAllText(project.PathOf(".agentcraft", "handover.md"))]);
    }
}
