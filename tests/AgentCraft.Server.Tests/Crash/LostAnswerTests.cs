using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class LostAnswerTests
{
    private const string Sender = "sender", Key = "the-key", Keeper = "session-handover";
    private const string KeyCount = "SELECT count(*) FROM idempotency_keys WHERE key = 'the-key'";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("log_message", "SELECT id FROM messages", "messages.0.id")]
    [InlineData("record_metric", "SELECT id FROM agent_metrics", "ids.0")]
    [InlineData("create_handover", "SELECT id FROM handover_documents WHERE title = 'the-key'", "id")]
    public async Task A_call_whose_server_was_killed_between_commit_and_answer_is_replayed_with_the_same_ids(string tool, string idQuery, string idPath)
    {
        using TemporaryProject project = new();
        await using StdioServer witness = await ConnectWitness(project);
        using DeafClient client = new(project.Root, Sender);
        using StoreView file = tool == "create_handover" ? StoreView.Agent(project, Keeper) : StoreView.Central(project);

        int call = await CallWithoutAnswer(client, project, tool);
        await Eventually.Become(() => file.Count(KeyCount) == 1, Limit, $"{tool} was committed");
        Assert.DoesNotContain(call, await client.Kill());

        Assert.Single(file.Texts(idQuery));
        await using StdioServer next = await StdioServer.Connect(project.Root);
        ToolAnswer answer = await next.Call(tool, ArgumentsOf(tool));
        Assert.True(answer.Get<bool>("replayed"));
        Assert.Equal(file.Texts(idQuery), [answer.GetText(idPath)]);
    }

    [Fact]
    public async Task A_hand_over_whose_server_was_killed_before_it_was_logged_and_published_is_so_by_the_repeated_call()
    {
        using TemporaryProject project = new();
        await using StdioServer witness = await ConnectWitness(project);
        using DeafClient client = new(project.Root, Sender);
        using StoreView central = StoreView.Central(project), keeper = StoreView.Agent(project, Keeper);
        await Eventually.Become(() => central.Count("SELECT count(*) FROM agents WHERE name = 'sender'") == 1, Limit, "the sender is there");

        using (project.HoldWrites())
        {
            client.Call("create_handover", ArgumentsOf("create_handover"));
            await Eventually.Become(() => keeper.Count(KeyCount) == 1, Limit, "the hand-over was committed");
            await client.Kill();
        }
        const string Logged = "SELECT count(*) FROM session_events WHERE event_type = 'handover_published' AND entity_id = @Id";
        string id = Assert.Single(keeper.Texts("SELECT id FROM handover_documents WHERE title = 'the-key'"));
        Assert.Equal(0, central.Count(Logged, new { Id = id }));

        await using StdioServer next = await StdioServer.Connect(project.Root);
        for (int i = 0; i < 2; i++)
            Assert.True((await next.Call("create_handover", ArgumentsOf("create_handover"))).Get<bool>("replayed"));
        Assert.Equal(1, central.Count(Logged, new { Id = id }));
        Assert.Contains(Key, File.ReadAllText(project.PathOf(".agentcraft", "handover.md")), StringComparison.Ordinal);
    }

    private static async Task<StdioServer> ConnectWitness(TemporaryProject project)
    {
        StdioServer witness = await StdioServer.Connect(project.Root);
        (await witness.Call("start_session", new { agent = "witness" })).Succeeded();
        (await witness.Call("create_handover", PlannedWrite.Handover("witness", "first", publish: false))).Succeeded();
        return witness;
    }

    private static async Task<int> CallWithoutAnswer(DeafClient client, TemporaryProject project, string tool)
    {
        using StoreView central = StoreView.Central(project);
        await Eventually.Become(() => central.Count("SELECT count(*) FROM agents WHERE name = 'sender'") == 1, Limit, "the sender is there");
        return client.Call(tool, ArgumentsOf(tool));
    }

    private static object ArgumentsOf(string tool) => tool switch
    {
        "log_message" => new { from = Sender, to = "witness", content = "Is this there?", idempotencyKey = Key },
        "record_metric" => new { agent = Sender, name = "answers", value = 0, idempotencyKey = Key },
        _ => PlannedWrite.Handover(Sender, Key, publish: true),
    };
}
