using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Agents' files beyond a bound are closed in the background, the one unused for longest first, and nobody notices. PostgreSQL has none.</summary>
public sealed class OpenLimitTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_file_unused_for_longest_is_closed_and_the_central_one_never()
    {
        await using Databases databases = Open(2);
        await databases.Central.Epoch();
        foreach (string name in new[] { "a", "b", "a", "c" })
            await Agent(databases, name).Epoch();
        await BecomeOpen(databases, "a", "c");
        await Agent(databases, "b").Epoch();
        await BecomeOpen(databases, "b", "c");
        Assert.Equal(OperatingSystem.IsLinux(), OpenDescriptors.Of(_project).Any(file => file.EndsWith("session.db", StringComparison.Ordinal)));
        if (OperatingSystem.IsLinux())
            Assert.Equal(2, OpenDescriptors.CountAgentFiles(_project));
    }

    [Fact]
    public async Task A_file_in_use_is_not_closed_however_many_others_are_opened()
    {
        await using Databases databases = Open(1);
        await Rows.Create(Agent(databases, "busy"));
        using ManualResetEventSlim mayEnd = new();
        TaskCompletionSource began = new();
        Task<long> slow = Task.Factory.StartNew(() => Agent(databases, "busy").Read(c =>
        {
            began.SetResult();
            mayEnd.Wait();
            return c.First<long>("SELECT count(*) FROM test_rows");
        }), TaskCreationOptions.LongRunning).Unwrap();
        await began.Task.WaitAsync(Limit);
        for (int i = 0; i < 10; i++)
            await Agent(databases, $"idle-{i}").Epoch();
        await BecomeOpen(databases, "busy");
        mayEnd.Set();
        Assert.Equal(0, await slow);
        await Agent(databases, "next").Epoch();
        await BecomeOpen(databases, "next");
    }

    [Fact]
    public async Task Files_whose_gate_somebody_else_holds_stop_nobody_and_are_closed_later()
    {
        await using Databases databases = Open(1);
        await Agent(databases, "held").Epoch();
        using (WriteGate gate = new(_project.AgentFile("held")))
        {
            gate.Enter();
            foreach (string name in new[] { "b", "c", "d" })
                await Agent(databases, name).Epoch();
            await BecomeOpen(databases, "held");
            gate.Exit();
        }
        await Agent(databases, "e").Epoch();
        await BecomeOpen(databases, "e");
    }

    [Fact]
    public async Task A_handle_that_was_kept_reads_and_writes_after_its_file_was_closed()
    {
        await using Databases databases = Open(1);
        Database kept = Agent(databases, "kept"), other = Agent(databases, "other");
        await Rows.Create(kept);
        string epoch = await kept.Epoch();
        for (int n = 0; n < 5; n++)
        {
            await Rows.Append(kept, "w", n);
            await other.Epoch();
            await BecomeOpen(databases, "other");
        }
        Assert.Equal((5, epoch), (await Rows.Count(kept), await kept.Epoch()));
        Assert.Same(kept, Agent(databases, "kept"));
    }

    [Fact]
    public async Task What_cannot_be_opened_is_not_counted()
    {
        await using Databases databases = Open(4);
        string file = _project.AgentFile("broken");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, new string('x', 8192));
        for (int i = 0; i < 10; i++)
            Assert.Equal(ErrorCodes.StoreDamaged, (await Assert.ThrowsAsync<AgentCraftException>(() => Agent(databases, "broken").Epoch())).Code);
        Assert.Empty(databases.OpenAgentFiles);
        File.Delete(file);
        await Agent(databases, "broken").Epoch();
        Assert.Single(databases.OpenAgentFiles);
    }

    [Fact]
    public async Task Many_callers_over_many_more_agents_than_may_be_open_lose_nothing()
    {
        const int Callers = 64, Most = 4;
        int agents = Quantity.Of(60, 200), rounds = Quantity.Of(4, 10);
        await using Databases databases = Open(Most);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            Random random = new(caller);
            for (int round = 0; round < rounds; round++)
            {
                Database agent = Agent(databases, $"agent-{random.Next(agents)}");
                await Rows.Create(agent);
                await Rows.Append(agent, $"{caller}", round);
                Assert.True(await Rows.Count(agent) > 0);
            }
        })));
        await BecomeFew(databases, Most);
        long rows = 0;
        foreach (int agent in Enumerable.Range(0, agents).Where(agent => File.Exists(_project.AgentFile($"agent-{agent}"))))
            rows += await Rows.Count(Agent(databases, $"agent-{agent}"));
        Assert.Equal(Callers * rounds, rows);
    }

    [Fact]
    public async Task Closing_the_store_while_files_are_closed_and_opened_ends_every_call_and_leaves_nothing_open()
    {
        for (int round = 0; round < Quantity.Of(5, 30); round++)
        {
            Databases databases = Open(2);
            int acknowledged = 0, r = round;
            Task[] callers = [.. Enumerable.Range(0, 12).Select(caller => Task.Run(async () =>
            {
                try
                {
                    for (int n = 0; ; n++)
                    {
                        Database agent = Agent(databases, $"agent-{(caller + n) % 8}");
                        await Rows.Create(agent);
                        await Rows.Append(agent, $"{r}-{caller}", n);
                        Interlocked.Increment(ref acknowledged);
                    }
                }
                catch (AgentCraftException stopping) when (stopping.Code == ErrorCodes.Stopping)
                {
                }
            }))];
            await Eventually.Become(() => Volatile.Read(ref acknowledged) > 30 || callers.Any(caller => caller.IsFaulted), Limit, "some rows");
            await databases.DisposeAsync();
            await Task.WhenAll(callers).WaitAsync(Limit);
            await Eventually.Become(() => databases.OpenAgentFiles.Count == 0 && OpenDescriptors.Of(_project).Count == 0, Limit, "everything closed");
            Assert.Equal(acknowledged, await CountRows($"{r}-%", Enumerable.Range(0, 8)));
        }
    }

    [Fact]
    public async Task Whoever_is_killed_while_files_are_closed_and_opened_loses_no_acknowledged_row()
    {
        const int Agents = 40;
        HashSet<(string Agent, string Number)> acknowledged = [];
        for (int round = 0; round < Quantity.Of(3, 10); round++)
        {
            await using WorkerProcess worker = WorkerProcess.Start("spread", _project.Root, $"{round}", $"agents={Agents}", "open=2", "callers=8");
            for (int i = 0; i < 60 + (round * 17); i++)
                Add(await worker.Next("ack"));
            await worker.Kill();
            foreach (string line in await worker.Rest())
                if (line.Split(' ') is ["ack", _, _, ..] words)
                    Add(words[1..]);

            void Add(string[] words) => acknowledged.Add((words[0], $"{round}/{words[1]}"));
        }
        await using Databases databases = Open(3);
        foreach (IGrouping<string, (string Agent, string Number)> agent in acknowledged.GroupBy(row => row.Agent))
        {
            HashSet<string> kept = [.. await Agent(databases, agent.Key).Read(c => c.Query<string>("SELECT writer || '/' || number FROM test_rows"))];
            Assert.Subset(kept, agent.Select(row => row.Number).ToHashSet());
            await Store.AssertIntact(Agent(databases, agent.Key));
        }
        await BecomeFew(databases, 3);
    }

    private Databases Open(int most) => new(_project.Root, new() { MaxOpenAgentFiles = most }, TimeProvider.System);

    private static Database Agent(Databases databases, string name) => databases.Agent(name, "default");

    private Task BecomeOpen(Databases databases, params string[] agents) => Eventually.Become(
        () => databases.OpenAgentFiles.Order().SequenceEqual(agents.Select(_project.AgentFile).Order()), Limit, $"only {string.Join(", ", agents)} open");

    private static Task BecomeFew(Databases databases, int most) => Eventually.Become(() => databases.OpenAgentFiles.Count <= most, Limit, $"at most {most} files open");

    private async Task<long> CountRows(string writer, IEnumerable<int> agents)
    {
        await using Databases databases = Open(100);
        long rows = 0;
        foreach (int agent in agents.Where(agent => File.Exists(_project.AgentFile($"agent-{agent}"))))
            rows += await Agent(databases, $"agent-{agent}").Read(c => c.First<long>("SELECT count(*) FROM sqlite_master WHERE name = 'test_rows'")) == 0 ? 0
                : await Agent(databases, $"agent-{agent}").Read(c => c.First<long>("SELECT count(*) FROM test_rows WHERE writer LIKE @Writer", new { Writer = writer }));
        return rows;
    }
}
