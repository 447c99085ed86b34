using System.Text.Json.Nodes;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Instances among many real processes, and under kill -9.</summary>
[Collection(CrashCollection.Name)]
[OnEveryEngine]
public sealed class InstanceRaceTests(ITestOutputHelper output)
{
    private const int Processes = 16, Each = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sixteen_servers_that_start_at_once_move_each_broken_file_once_and_touch_nothing_else()
    {
        for (int round = 0; round < Quantity.Many(1, 4); round++)
        {
            using TemporaryProject project = new();
            await Prepare(project);
            string[] broken = [.. Enumerable.Range(0, Each).Select(i => $"broken-{i}")];
            foreach (string name in broken)
                await File.WriteAllTextAsync(FileOf(project, name), $"{{ half of {name}");
            Dictionary<string, string> before = Files(project);

            StdioServer[] servers = [.. Enumerable.Range(0, Processes).Select(_ => StdioServer.Start(project.Root))];
            try
            {
                await Task.WhenAll(servers.Select(server => server.Initialize()));
                await Eventually.Become(() => broken.All(name => !File.Exists(FileOf(project, name))) && State(project, "dead-0") == "Stopped" && State(project, $"dead-{Each - 1}") == "Stopped", Limit, "everything put right");
                // Each of them has looked at everything by now: a tool that reads all of it answers after.
                await Task.WhenAll(servers.Select(server => server.Call("start_session", new { agent = "alice" })));
            }
            finally
            {
                await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
            }

            string[] moved = Directory.GetDirectories(project.PathOf(".agents", ".corrupted"));
            Assert.Equal(broken, moved.Select(path => Path.GetFileName(path)[..^"-20260101T000000.000Z".Length]).Order(StringComparer.Ordinal));
            Assert.All(moved, path => Assert.StartsWith("{ half of ", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(path))), StringComparison.Ordinal));
            Dictionary<string, string> after = Files(project);
            Assert.Equal(broken.Select(name => FileOf(project, name)), before.Keys.Except(after.Keys).Order(StringComparer.Ordinal));
            Assert.Empty(after.Keys.Except(before.Keys));
            Assert.All(before.Where(file => after.ContainsKey(file.Key) && !file.Key.Contains("dead-", StringComparison.Ordinal)), file => Assert.Equal(file.Value, after[file.Key]));
            using StoreView central = StoreView.Central(project);
            Assert.Equal(Each, central.Count("SELECT count(*) FROM session_events WHERE event_type = 'instance_metadata_moved'"));
            Assert.Equal(Each, central.Count("SELECT count(*) FROM session_events WHERE event_data LIKE '%\"from\":\"Running\",\"to\":\"Stopped\"%'"));
            Assert.Equal(2 * Each, central.Count("SELECT count(*) FROM instances"));
        }
    }

    [Fact]
    public async Task Processes_that_change_one_instance_at_once_lose_nothing()
    {
        using TemporaryProject project = new();
        await using RacingServers racers = await RacingServers.Start(project.Root, 8, Limit);
        (await racers[0].Call("create_instance", new { agent = RacingServers.NameOf(0), name = "rita", template = "reviewer" })).Succeeded();
        int steps = 1;
        foreach (string to in new[] { "Initializing", "Ready", "Running", "Crashed", "Restarting", "Running", "Stopping", "Stopped", "Initializing" })
        {
            ToolAnswer[] answers = await racers.All((server, agent) => RacingServers.Call(server, "transition_instance", new { agent, name = "rita", to }));
            Assert.All(answers, answer => Assert.Equal(to, answer.GetText("instance.state")));
            Assert.Single(answers, answer => answer.Get<bool>("changed"));
            steps++;
        }
        Assert.Equal(steps, (int)Json(project, "rita")["revision"]!);
        // Two kinds of news at once: each is kept.
        for (int round = 1; round <= 10; round++)
        {
            await racers.All((server, agent) => RacingServers.Call(server, "transition_instance", agent == RacingServers.NameOf(0)
                ? new { agent, name = "rita", to = "Initializing", port = round } : new { agent, name = "rita", to = "Initializing", health = $"h{round}" }));
            Assert.Equal((round, $"h{round}"), ((int)Json(project, "rita")["port"]!, (string?)Json(project, "rita")["health"]));
        }
        using StoreView central = StoreView.Central(project);
        Assert.Equal(steps, central.Count("SELECT count(*) FROM session_events WHERE entity_type = 'instance'"));
        Assert.Equal(["Initializing"], central.Texts("SELECT state FROM instances"));
    }

    [Fact]
    public async Task A_step_whose_server_was_killed_between_file_and_log_is_logged_once_by_the_next_start()
    {
        using TemporaryProject project = new();
        await using StdioServer doomed = await Connect(project);
        (await doomed.Call("start_session", new { agent = "alice" })).Succeeded();
        (await doomed.Call("create_instance", new { agent = "alice", name = "rita", template = "reviewer" })).Succeeded();
        using StoreView central = StoreView.Central(project);
        using (project.HoldWrites())
        {
            await doomed.StartCall("transition_instance", new { name = "rita", to = "Initializing" });
            await Eventually.Become(() => State(project, "rita") == "Initializing", Limit, "the step is in the file");
            doomed.Kill();
            await doomed.WaitForExit(Limit);
        }
        Assert.Equal(1, central.Count("SELECT count(*) FROM session_events WHERE entity_type = 'instance'"));
        for (int start = 0; start < 2; start++)
        {
            await using StdioServer next = await Connect(project);
            await Eventually.Become(() => central.Count("SELECT count(*) FROM session_events WHERE entity_type = 'instance'") == 2, Limit, "the event");
            (await next.Call("list_instances")).Succeeded();
        }
        Assert.Equal(2, central.Count("SELECT count(*) FROM session_events WHERE entity_type = 'instance'"));
        Assert.Equal(["Initializing"], central.Texts("SELECT state FROM instances"));
    }

    [Fact]
    public async Task A_creation_that_was_killed_at_any_moment_is_finished_by_the_same_call()
    {
        using TemporaryProject project = new();
        Random random = new(Seeds.Next(output));
        await using (StdioServer first = await Connect(project))
            (await first.Call("start_session", new { agent = "alice" })).Succeeded();
        int halfMade = 0;
        for (int round = 0; round < Quantity.Many(5, 25); round++)
        {
            string name = $"i-{round}";
            await using (StdioServer doomed = await Connect(project))
            {
                (await doomed.Call("read_inbox", new { agent = "alice" })).Succeeded();
                await doomed.StartCall("create_instance", new { agent = "alice", name, template = "reviewer" });
                await Task.Delay(random.Next(60));
                doomed.Kill();
                await doomed.WaitForExit(Limit);
            }
            bool isInstance = File.Exists(FileOf(project, name));
            halfMade += !isInstance && Directory.Exists(project.PathOf(".agents", name)) ? 1 : 0;
            await using StdioServer next = await Connect(project);
            Assert.Equal(isInstance, (await next.Call("list_instances", new { limit = 200 })).At("instances").EnumerateArray().Any(one => one.GetProperty("name").ValueEquals(name)));
            ToolAnswer made = (await next.Call("create_instance", new { agent = "alice", name, template = "reviewer" })).Succeeded();
            Assert.Equal(!isInstance, made.Get<bool>("created"));
            Assert.All(new[] { "AGENTS.md", ".mcp.json", Path.Combine(".cursor", "mcp.json") }, file => Assert.True(new FileInfo(project.PathOf(".agents", name, file)).Length > 0));
            Assert.Equal("code-reviewer", (await next.Call("get_agent", new { name })).GetText("type"));
        }
        using StoreView central = StoreView.Central(project);
        Assert.Equal(0, central.Count("SELECT count(*) FROM (SELECT i.id FROM instances i LEFT JOIN session_events e ON e.entity_id = i.id AND e.event_type = 'instance_created' GROUP BY i.id HAVING count(e.seq) <> 1) wrong"));
        output.WriteLine($"{halfMade} were half made when their server was killed");
    }

    [Fact]
    public async Task A_start_waits_for_nothing_that_is_to_be_put_right()
    {
        using TemporaryProject project = new();
        await Prepare(project);
        await File.WriteAllTextAsync(FileOf(project, "broken-0"), "{");
        await using StdioServer holder = await Connect(project);
        (await holder.Call("list_agents")).Succeeded();
        using (project.HoldWrites())
        {
            // What is to be put right ends with a write, and nobody can write.
            await using StdioServer server = await Connect(project);
            Assert.NotEmpty((await server.Request("tools/list")).GetProperty("tools").EnumerateArray());
            Assert.Equal("Running", State(project, "good-0"));
        }
        await using StdioServer next = await Connect(project);
        await Eventually.Become(() => State(project, "dead-0") == "Stopped" && !File.Exists(FileOf(project, "broken-0")), Limit, "everything put right");
    }

    private static async Task Prepare(TemporaryProject project)
    {
        await using StdioServer server = await Connect(project);
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        for (int i = 0; i < Each; i++)
            foreach (string kind in new[] { "good", "dead", "broken" })
            {
                string name = $"{kind}-{i}";
                (await server.Call("create_instance", new { agent = "alice", name, template = "reviewer" })).Succeeded();
                (await server.Call("append_history", new { agent = name, role = "user", content = "mine" })).Succeeded();
                foreach (string to in new[] { "Initializing", "Ready", "Running" })
                    (await server.Call("transition_instance", new { name, to, pid = kind == "dead" ? 2_000_000_000 : Environment.ProcessId })).Succeeded();
            }
        (await server.Call("append_history", new { agent = "alice", role = "user", content = "merely registered" })).Succeeded();
    }

    private static Task<StdioServer> Connect(TemporaryProject project) => StdioServer.Connect(project.Root, ["--toolsets", "all"]);

    private static string FileOf(TemporaryProject project, string name) => project.PathOf(".agents", name, ".agentcraft.json");

    private static JsonObject Json(TemporaryProject project, string name) => (JsonObject)JsonNode.Parse(File.ReadAllText(FileOf(project, name)))!;

    private static string? State(TemporaryProject project, string name) => (string?)Json(project, name)["state"];

    /// <summary>All files of all agents with their contents; of databases only that they are there, and of locks nothing.</summary>
    private static Dictionary<string, string> Files(TemporaryProject project) => Directory.GetFiles(project.PathOf(".agents"), "*", SearchOption.AllDirectories)
        .Where(path => !path.Contains(".corrupted", StringComparison.Ordinal) && !path.Contains(".lock", StringComparison.Ordinal) && !path.Contains("agent.db-", StringComparison.Ordinal))
        .ToDictionary(path => path, path => path.Contains("agent.db", StringComparison.Ordinal) ? "there" : File.ReadAllText(path));
}
