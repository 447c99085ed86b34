using System.Diagnostics;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Tasks among many real processes: each has one winner, and comes back when its winner dies.</summary>
[Collection(CrashCollection.Name)]
[OnEveryEngine]
public sealed class TaskRaceTests(ITestOutputHelper output)
{
    private const int Racers = 50;
    private const int LeaseSeconds = 5;
    private static int Tasks => Quantity.Many(120, 1000);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Of_fifty_processes_that_want_one_task_one_gets_it_and_of_many_tasks_each_goes_to_one()
    {
        using TemporaryProject project = new();
        await using RacingServers racers = await RacingServers.Start(project.Root, Racers, Limit);
        string only = await Create(racers[0], "the one");

        ToolAnswer[] answers = await racers.All((server, agent) => RacingServers.Call(server, "claim_task", new { agent, task = only }));
        Assert.Single(answers, answer => !answer.IsError);
        Assert.All(answers.Where(answer => answer.IsError), answer => Assert.Equal("already_claimed", answer.ErrorCode));
        string winner = answers.Single(answer => !answer.IsError).GetText("task.assignee");
        Assert.All(answers.Where(answer => answer.IsError), answer => Assert.Contains($"'{winner}'", answer.ErrorMessage, StringComparison.Ordinal));

        HashSet<string> tasks = [];
        for (int i = 0; i < Tasks; i++)
            tasks.Add(await Create(racers[i % Racers], $"task {i}"));
        long start = Stopwatch.GetTimestamp();
        string[][] won = await racers.All(ClaimAll);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        Assert.Equal(Tasks, won.Sum(mine => mine.Length));
        Assert.Equal(tasks.Order(), won.SelectMany(mine => mine).Order());

        using StoreView file = StoreView.Central(project);
        Assert.Equal(Tasks + 1, file.Count("SELECT count(*) FROM session_events WHERE event_type = 'task_claimed'"));
        Assert.Equal(Tasks + 1, file.Count("SELECT count(DISTINCT entity_id) FROM session_events WHERE event_type = 'task_claimed'"));
        Assert.Equal(Tasks + 1, file.Count("SELECT count(*) FROM tasks WHERE status = 'running' AND agent_seq IS NOT NULL"));
        file.AssertIntact();
        output.WriteLine($"{Racers} processes, one task: 1 winner; {Tasks} tasks: {won.Count(mine => mine.Length > 0)} processes won some, each task once, {took.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task The_task_of_a_killed_holder_goes_to_one_other_when_its_lease_ends_and_not_before()
    {
        using TemporaryProject project = new();
        Directory.CreateDirectory(project.PathOf(".agentcraft"));
        await File.WriteAllTextAsync(project.PathOf(".agentcraft", "config.json"), """{"agents":{"liveSeconds":1}}""");
        await using RacingServers others = await RacingServers.Start(project.Root, 4, Limit);
        string task = await Create(others[0], "work");
        await using StdioServer holder = await StdioServer.Connect(project.Root, ["--toolsets", "all"]);
        (await holder.Call("start_session", new { agent = "holder" })).Succeeded();
        (await holder.Call("claim_task", new { agent = "holder", task, leaseSeconds = LeaseSeconds })).Succeeded();
        long claimed = Stopwatch.GetTimestamp();
        holder.Kill();

        int refusals = 0;
        ToolAnswer[] answers = [];
        await Eventually.Become(async () =>
        {
            answers = await others.All((server, agent) => RacingServers.Call(server, "claim_task", new { agent }));
            refusals += answers.All(answer => !answer.Get<bool>("claimed")) ? 1 : 0;
            return answers.Any(answer => answer.Get<bool>("claimed"));
        }, Limit, "the killed holder's task can be claimed");
        TimeSpan waited = Stopwatch.GetElapsedTime(claimed);

        ToolAnswer won = Assert.Single(answers, answer => answer.Get<bool>("claimed"));
        Assert.Equal((task, "holder"), (won.GetText("task.id"), won.GetText("takenFrom")));
        // The lease began a little before its answer came.
        Assert.InRange(waited.TotalSeconds, LeaseSeconds - 1, Limit.TotalSeconds);
        Assert.True(refusals > 0);
        using StoreView file = StoreView.Central(project);
        Assert.Single(file.Texts("SELECT event_data FROM session_events WHERE event_type = 'task_reclaimed'"), data => data.Contains("holder", StringComparison.Ordinal));
        output.WriteLine($"claimed again {waited.TotalSeconds:0.00} s after a lease of {LeaseSeconds} s began, after {refusals} rounds in vain");
    }

    private static async Task<string> Create(StdioServer server, string instruction) =>
        (await RacingServers.Call(server, "create_task", new { agent = RacingServers.NameOf(0), instruction })).GetText("task.id");

    private static async Task<string[]> ClaimAll(StdioServer server, string agent)
    {
        List<string> mine = [];
        while (await RacingServers.Call(server, "claim_task", new { agent }) is { } answer && answer.Get<bool>("claimed"))
            mine.Add(answer.GetText("task.id"));
        return [.. mine];
    }
}
