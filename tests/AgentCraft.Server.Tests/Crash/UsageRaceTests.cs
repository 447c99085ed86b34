using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Usage that many processes add at once is summed exactly, and a limit is crossed by exactly one of them.</summary>
[Collection(CrashCollection.Name)]
[OnEveryEngine]
public sealed class UsageRaceTests
{
    private const int Servers = 8;
    private static int Calls => Quantity.Many(50, 500);

    [Fact]
    public async Task Eight_processes_add_up_to_the_last_billionth_and_one_of_them_crosses_the_budget()
    {
        using TemporaryProject project = new();
        StdioServer[] servers = await Task.WhenAll(Enumerable.Range(0, Servers).Select(_ => StdioServer.Connect(project.Root, ["--toolsets", "all"])));
        try
        {
            await Task.WhenAll(servers.Select((server, i) => server.Call("start_session", new { agent = $"agent-{i % 2}" })));
            (await servers[0].Call("update_project", new { settings = new { budget = "0.1", maxIterations = 7 } })).Succeeded();
            string[][] crossed = await Task.WhenAll(servers.Select(async (server, i) =>
            {
                List<string> seen = [];
                for (int call = 0; call < Calls; call++)
                    seen.AddRange((await server.Call("add_agent_usage", new { agent = $"agent-{i % 2}", tokens = 3, costUsd = "0.100000001", iterations = 1 })).Get<string[]>("crossed"));
                return seen.ToArray();
            }));
            Assert.Equal(["budget", "maxIterations"], crossed.SelectMany(c => c).Order());
            ToolAnswer total = await servers[0].Call("get_project");
            int all = Servers * Calls;
            Assert.Equal((0.100000001m * all, 3L * all, (long)all), (total.Get<decimal>("costUsd"), total.GetNumber("tokens"), total.GetNumber("iterationCount")));
            Assert.Equal(0.100000001m * all / 2, (await servers[0].Call("get_agent", new { name = "agent-1" })).Get<decimal>("costUsd"));
            using StoreView store = StoreView.Central(project);
            Assert.Equal(["budget_exceeded", "max_iterations_exceeded"],
                store.Texts("SELECT event_type FROM session_events WHERE event_type LIKE '%exceeded' ORDER BY event_type"));
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }
}
