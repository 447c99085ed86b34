using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Paths among many real processes.</summary>
[Collection(CrashCollection.Name)]
[OnEveryEngine]
public sealed class ClaimRaceTests
{
    private const int Racers = 16;
    private static int Rounds => Quantity.Many(10, 50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Of_many_processes_that_claim_overlapping_paths_one_gets_them()
    {
        using TemporaryProject project = new();
        await using RacingServers racers = await RacingServers.Start(project.Root, Racers, Limit);
        for (int round = 0; round < Rounds; round++)
        {
            // Each overlaps each other, and no two are the same.
            ToolAnswer[] answers = await racers.All((server, agent) =>
                RacingServers.Call(server, "claim_paths", new { agent, patterns = new[] { $"own/{agent}", $"src/{round}/{{x,{agent}}}/**" } }));
            ToolAnswer won = Assert.Single(answers, answer => !answer.IsError);
            string winner = won.GetText("claims.0.agent");
            Assert.All(answers.Where(answer => answer.IsError), answer =>
            {
                Assert.Equal("already_claimed", answer.ErrorCode);
                Assert.Contains($"'{winner}'", answer.ErrorMessage, StringComparison.Ordinal);
            });
            using StoreView store = StoreView.Central(project);
            Assert.Equal(2, store.Count("SELECT count(*) FROM claims WHERE released_at IS NULL"));
            await racers.All((server, agent) => RacingServers.Call(server, "release_paths", new { agent }));
        }
    }
}
