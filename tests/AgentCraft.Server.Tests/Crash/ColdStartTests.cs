using System.Diagnostics;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class ColdStartTests(ITestOutputHelper output)
{
    private const int Processes = 16;
    private const int KilledProcesses = 4;
    private const int EarlyKillMilliseconds = 8, LateKillMilliseconds = 150;
    private const string Keeper = "session-handover";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private static readonly string[] CentralMigrations = Names("central");
    private static readonly string[] KeeperMigrations = [.. Names("agents/common"), .. Names($"agents/{Keeper}")];

    [Fact]
    public async Task Sixteen_servers_that_open_a_new_project_at_once_all_succeed_and_each_migration_is_applied_once()
    {
        List<double> starts = [];
        int rounds = Quantity.Many(2, 10);
        for (int round = 0; round < rounds; round++)
        {
            using TemporaryProject project = new();
            // In turn: as clients start them, and held back until all can open the store in the same moment.
            starts.AddRange(await StartAll(project, together: round % 2 == 1));
            AssertOneProject(project);
        }
        output.WriteLine($"{rounds} rounds of {Processes} processes: 0 failed; from start to a session and a hand-over: {Percentiles.Describe(starts)}");
    }

    [Fact]
    public async Task A_store_whose_makers_were_all_killed_while_they_made_it_is_made_whole_by_the_next_server()
    {
        Random random = new(Seeds.Next(output));
        int rounds = Quantity.Many(4, 12), halfMade = 0;
        for (int round = 0; round < rounds; round++)
        {
            using TemporaryProject project = new();
            // In turn: before anybody can have made the store, and when some may just have.
            int latest = round % 2 == 0 ? EarlyKillMilliseconds : LateKillMilliseconds;
            await Task.WhenAll(Enumerable.Range(0, KilledProcesses).Select(i => StartAndKill(project, i, random.Next(latest))));
            halfMade += StoreView.CountMigrations(project) < CentralMigrations.Length ? 1 : 0;
            await using StdioServer server = await StdioServer.Connect(project.Root);
            (await server.Call("start_session", new { agent = "survivor" })).Succeeded();
            (await server.Call("create_handover", PlannedWrite.Handover("survivor", "key", publish: true))).Succeeded();
            AssertMigratedOnce(project);
        }
        output.WriteLine($"{rounds} rounds of {KilledProcesses} killed processes; {halfMade} left a store that was not ready");
    }

    private static async Task<IEnumerable<double>> StartAll(TemporaryProject project, bool together)
    {
        long start = Stopwatch.GetTimestamp();
        StdioServer[] servers = [.. Enumerable.Range(0, Processes).Select(_ => StdioServer.Start(project.Root))];
        try
        {
            foreach (StdioServer server in servers)
                server.Limit = AnswerLimit;
            Task[] handshakes = [.. servers.Select(server => server.Initialize())];
            Task all = Task.WhenAll(handshakes);
            return await Task.WhenAll(servers.Select((server, i) => Open(server, $"agent-{i}", together ? all : handshakes[i], start)));
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    private static async Task<double> Open(StdioServer server, string agent, Task handshake, long start)
    {
        await handshake;
        (await server.Call("start_session", new { agent })).Succeeded();
        ToolAnswer handover = (await server.Call("create_handover", PlannedWrite.Handover(agent, agent, publish: true))).Succeeded();
        return Stopwatch.GetElapsedTime(start, handover.ReceivedAt).TotalMilliseconds;
    }

    private static async Task StartAndKill(TemporaryProject project, int number, int afterMilliseconds)
    {
        await using StdioServer server = await StdioServer.Connect(project.Root);
        await server.StartCall("start_session", new { agent = $"agent-{number}" });
        await Eventually.Become(() => IsMakingTheStore(project, server), AnswerLimit, "a server that makes the store");
        await Task.Delay(afterMilliseconds);
        server.Kill();
    }

    private static bool IsMakingTheStore(TemporaryProject project, StdioServer server) =>
        project.Store is { } store ? TestStore.IsConnected(store, server.Pid) : File.Exists(project.CentralFile + ".gate");

    private static void AssertOneProject(TemporaryProject project)
    {
        AssertMigratedOnce(project);
        using StoreView central = StoreView.Central(project), keeper = StoreView.Agent(project, Keeper);
        Assert.Equal(1, central.Count("SELECT count(*) FROM projects"));
        Assert.Equal(["active"], central.Texts("SELECT status FROM sessions"));
        Assert.Equal(Processes, central.Count("SELECT count(*) FROM session_agents WHERE left_at IS NULL"));
        Assert.Equal(Processes + 1, central.Count("SELECT count(*) FROM agents"));
        Assert.Equal(Processes, keeper.Count("SELECT count(*) FROM handover_documents"));
        Assert.False(Directory.Exists(project.PathOf(".agentcraft", "backups")), "A new store was taken for one that holds data.");
    }

    private static void AssertMigratedOnce(TemporaryProject project)
    {
        using StoreView central = StoreView.Central(project), keeper = StoreView.Agent(project, Keeper);
        central.AssertIntact();
        keeper.AssertIntact();
        Assert.Equal(CentralMigrations, central.Migrations());
        Assert.Equal(KeeperMigrations, keeper.Migrations());
        Assert.True(project.Store is not null || File.Exists(project.PathOf(".agentcraft", ".gitignore")), "The store is not kept out of commits.");
    }

    private static string[] Names(string set) =>
        [.. Directory.GetFiles(Path.Combine(ServerExecutable.RepositoryRoot, "schemas", set), "*.sql")
            .Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => !name.Contains('.')).Select(name => $"{set}/{name}").Order(StringComparer.Ordinal)];
}
