using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class PublishRaceTests(ITestOutputHelper output)
{
    private const int Servers = 6;
    private const string Newest = "SELECT content FROM handover_documents ORDER BY published_seq DESC LIMIT 1";
    private static int Rounds => Quantity.Many(40, 400);

    [Fact]
    public async Task Hand_overs_that_several_servers_publish_at_once_leave_the_newest_in_the_file()
    {
        using TemporaryProject project = new();
        StdioServer[] servers = await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => StdioServer.Connect(project.Root)));
        try
        {
            await Task.WhenAll(servers.Select((server, i) => server.Call("start_session", new { agent = $"agent-{i}" })));
            for (int round = 0; round < Rounds; round++)
            {
                ToolAnswer[] made = await Task.WhenAll(
                    servers.Select((server, i) => server.Call("create_handover", PlannedWrite.Handover($"agent-{i}", $"{round}-{i}", publish: true))));
                Assert.All(made, answer => Assert.Equal("published", answer.GetText("status")));
                using StoreView keeper = StoreView.Agent(project, "session-handover");
                Assert.Equal(keeper.Texts(Newest), [File.ReadAllText(project.PathOf(".agentcraft", "handover.md"))]);
            }
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
        output.WriteLine($"{Rounds} rounds of {Servers} servers that published at once");
    }
}
