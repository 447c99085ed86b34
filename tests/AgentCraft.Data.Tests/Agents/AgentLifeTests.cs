using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Agents;

[OnEveryEngine]
public sealed class AgentLifeTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    private Database Central => _stores.Databases.Central;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Store = _project.Store ?? "" }, _time);
        foreach (string name in new[] { "alice", "bob" })
            await _stores.Agents.Register(new() { Name = AgentName.Parse(name), Type = "code-reviewer" });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Tasks_and_claims_of_a_removed_agent_are_free_and_what_is_done_stays_its_own()
    {
        foreach (string status in new[] { "queued", "running", "blocked", "completed", "failed", "cancelled" })
            await AddTask("bob", status);
        await AddTask("alice", "running");
        await _stores.Claims.Claim(new() { Agent = "bob", Patterns = ["src/**"] }, idempotencyKey: null);
        RemovedAgent removed = await _stores.AgentLife.Remove("bob", by: null, purge: false);
        Assert.Equal((1, 3), (removed.ReleasedClaims, removed.ReturnedTasks));
        Assert.Equal(["queued  no", "queued  no", "blocked  no", "completed bob yes", "failed bob yes", "cancelled bob yes", "running alice yes"], await Central.Read(c => c.Query<string>("""
            SELECT t.status || ' ' || COALESCE(a.name, '') || CASE WHEN t.lease_until IS NULL THEN ' no' ELSE ' yes' END
            FROM tasks t LEFT JOIN agents a ON a.seq = t.agent_seq ORDER BY t.seq
            """)));
        Assert.Equal(0, await Central.Read(c => c.First<long>("SELECT count(*) FROM claims WHERE released_at IS NULL")));
    }

    [Fact]
    public async Task Purging_empties_the_agent_s_own_file_of_its_rows_whatever_its_type_and_nobody_else_s()
    {
        foreach (string name in new[] { "alice", "bob" })
        {
            string id = (await _stores.Agents.Get(name)).Id;
            await _stores.Databases.Agent(name, "code-reviewer").Write(c =>
            {
                c.Execute("INSERT INTO agent_history (id, agent_id, role, content, created_at) VALUES (@Name, @Id, 'user', 'x', @Now)", new { Name = name, Id = id, c.Time.Now });
                return c.Execute("INSERT INTO output_contents (agent_id, checksum, content, size, created_at) VALUES (@Id, 's', 'x', 1, @Now)", new { Id = id, c.Time.Now });
            });
        }
        await _stores.Databases.Agent("bob", "code-reviewer").Write(c =>
            c.Execute("INSERT INTO agent_history (id, agent_id, role, content, created_at) VALUES ('other', 'agent_x_1', 'user', 'x', @Now)", new { c.Time.Now }));
        IReadOnlyDictionary<string, long> purged = (await _stores.AgentLife.Remove("bob", "alice", purge: true)).Purged!;
        Assert.Equal(1, purged["agent.agent_history"]);
        Assert.Equal((0, 1, 1), (await OfBob("agent_history"), await OfBob("output_contents"), await Rows("bob", "agent_history WHERE agent_id = 'agent_x_1'")));
        Assert.Equal(1, await Rows("alice", "agent_history WHERE agent_id LIKE 'agent_alice_%'"));

        Task<long> OfBob(string table) => Rows("bob", $"{table} WHERE agent_id LIKE 'agent_bob_%'");
        Task<long> Rows(string agent, string from) => _stores.Databases.Agent(agent, "code-reviewer").Read(c => c.First<long>($"SELECT count(*) FROM {from}"));
    }

    [Fact]
    [OnSqlite("There are no files on a database server.")]
    public async Task Purging_an_agent_that_only_registered_makes_no_file()
    {
        await _stores.AgentLife.Remove("bob", by: null, purge: true);
        Assert.False(Directory.Exists(_project.PathOf(".agents", "bob")));
    }

    [Fact]
    public async Task Purging_takes_what_an_agent_wrote_to_itself_and_its_count_with_it()
    {
        await _stores.Messages.Append(new() { From = "bob", To = ["bob", "alice"], Content = "note" }, idempotencyKey: null);
        await _stores.AgentLife.Remove("bob", by: null, purge: true);
        Assert.Equal((0, 0), (await Inbox("bob"), await Central.Read(c => c.First<long>("SELECT count(*) FROM inbox_counts WHERE to_seq = from_seq"))));
        Assert.Equal(1, await Inbox("alice"));
    }

    [Theory]
    [InlineData(new[] { "Plan", "review", "PLAN" }, new[] { "Plan", "review" })]
    [InlineData(new[] { "say \"hi\"", "ÉTÉ", "été", "a\\b", "🎉" }, new[] { "say \"hi\"", "ÉTÉ", "a\\b", "🎉" })]
    [InlineData(new string[0], new string[0])]
    public async Task Capabilities_are_kept_as_rows_beside_their_column(string[] given, string[] rows)
    {
        await Register(["something", "else"]);
        await Register(given);
        Assert.Equal(rows, await Capabilities());
        long newest = await Newest();
        await Register(given);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("bob") });
        Assert.Equal(rows, await Capabilities());
        Assert.Equal(newest, await Newest());

        Task<long> Newest() => Central.Read(c => c.First<long>("SELECT COALESCE(max(seq), 0) FROM agent_capabilities"));
    }

    [Fact]
    public async Task Two_hundred_and_one_capabilities_are_too_many() => Assert.Equal(ErrorCodes.InvalidArgument,
        (await Assert.ThrowsAsync<AgentCraftException>(() => Register([.. Enumerable.Range(0, 201).Select(i => $"c{i}")]))).Code);

    private Task<Agent> Register(string[] capabilities) => _stores.Agents.Register(new() { Name = AgentName.Parse("bob"), Capabilities = capabilities });

    private async Task<string[]> Capabilities() => [.. await Central.Read(c => c.Query<string>(
        "SELECT k.capability FROM agent_capabilities k JOIN agents a ON a.seq = k.agent_seq WHERE a.name = 'bob' ORDER BY k.seq"))];

    private async Task<long> Inbox(string agent) => (await _stores.Inboxes.Read(agent, 20, cursor: null)).Total;

    private Task<int> AddTask(string agent, string status) => Central.Write(c => c.Execute("""
        INSERT INTO tasks (id, project_seq, agent_seq, status, instruction, lease_boot_id, lease_boot_ms, lease_until, created_at, updated_at)
        SELECT @Id, a.project_seq, a.seq, @Status, 'x', 'boot', 1, @Now, @Now, @Now FROM agents a WHERE a.name = @Agent
        """, new { Id = Ids.New("task", c.Time.Now), Status = status, Agent = agent, c.Time.Now }));
}
