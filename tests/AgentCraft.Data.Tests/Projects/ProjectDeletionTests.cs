using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Projects;

[OnEveryEngine]
public sealed class ProjectDeletionTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    private Database Central => _stores.Databases.Central;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Project = "home", Store = _project.Store ?? "" }, _time);
        await Start("alice", "home");
        await _stores.ProjectChanges.Create(new() { Name = "web" }, idempotencyKey: null);
        await Start("wendy", "web");
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_session_elsewhere_that_only_its_agent_was_in_ends_and_one_with_others_goes_on()
    {
        await Start("wendy", "home");
        Session shared = (await Start("alice", "home")).Session;
        await Delete("web");
        Assert.Equal(("active", shared.Id), (await One("SELECT status FROM sessions"), await One("SELECT id FROM sessions")));

        await _stores.ProjectChanges.Create(new() { Name = "web" }, idempotencyKey: null);
        await Start("wendy", "web");
        await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("wendy") }, Project = "home", ForceNew = true });
        await Delete("web");
        Assert.Equal("ended", await One("SELECT status FROM sessions ORDER BY seq DESC"));
    }

    [Fact]
    public async Task Tasks_of_other_projects_that_its_agents_held_can_be_claimed_again()
    {
        await AddTask("home", "wendy");
        await AddTask("web", "alice");
        DeletedProject deleted = await Delete("web");
        Assert.Equal(1, deleted.Removes["tasks"]);
        Assert.Equal("queued none", await One("SELECT status || CASE WHEN agent_seq IS NULL THEN ' none' ELSE ' some' END FROM tasks"));
    }

    [Theory]
    [InlineData(false, "queued")]
    [InlineData(true, "blocked")]
    public async Task A_task_elsewhere_that_waited_for_one_of_its_tasks_waits_only_for_what_is_left(bool alsoForAnother, string status)
    {
        await AddTask("web", "wendy");
        await AddTask("home", "alice");
        await AddTask("home", "alice");
        await Central.Write(c =>
        {
            c.Execute("UPDATE tasks SET status = 'blocked' WHERE seq = 3");
            c.Execute("INSERT INTO task_dependencies (task_seq, depends_on_seq) VALUES (3, 1)");
            return alsoForAnother ? c.Execute("INSERT INTO task_dependencies (task_seq, depends_on_seq) VALUES (3, 2)") : 0;
        });
        await Delete("web");
        Assert.Equal(status, await One("SELECT status FROM tasks WHERE seq = 3"));
    }

    [Fact]
    public async Task Rows_of_its_agents_own_files_go_and_their_keys_too()
    {
        string id = (await _stores.Agents.Get("wendy")).Id;
        await _stores.Databases.Agent("wendy", "default").Write(c =>
            c.Execute("INSERT INTO output_contents (agent_id, checksum, content, size, created_at) VALUES (@Id, 's', 'x', 1, @Now)", new { Id = id, c.Time.Now }));
        await _stores.Messages.Append(new() { From = "wendy", To = ["alice"], Content = "x" }, idempotencyKey: "k");
        DeletedProject deleted = await Delete("web");
        Assert.Equal(1, deleted.Removes["agent.output_contents"]);
        Assert.Equal("0", await One("SELECT CAST(count(*) AS TEXT) FROM idempotency_keys"));
    }

    [Fact]
    public async Task No_row_of_any_table_is_left_that_refers_to_nothing()
    {
        await _stores.Messages.Append(new() { From = "wendy", To = ["alice", "wendy"], Content = "x" }, idempotencyKey: null);
        await _stores.Messages.Append(new() { From = "alice", To = ["wendy"], Content = "x" }, idempotencyKey: null);
        await Delete("web");
        if (Engines.Current == Engine.Sqlite)
            Assert.Empty(await Central.Read(c => c.Query<string>("PRAGMA foreign_key_check")));
        Assert.Equal("0 0", await One("SELECT (SELECT count(*) FROM messages) || ' ' || (SELECT count(*) FROM inbox_counts)"));
        Assert.Equal("project_deleted", await One("SELECT event_type FROM session_events ORDER BY seq DESC"));
    }

    [Fact]
    public async Task Who_deletes_the_project_that_it_works_in_goes_with_it()
    {
        await _stores.ProjectDeletion.Delete("web", "web", by: "wendy");
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Agents.Get("wendy"))).Code);
    }

    [Fact]
    public async Task The_default_project_is_made_again_when_it_is_needed()
    {
        await Delete("home");
        Assert.Equal("home", (await Start("alice", null)).Session.Project);
    }

    private Task<DeletedProject> Delete(string project) => _stores.ProjectDeletion.Delete(project, confirm: project, by: null);

    private Task<StartedSession> Start(string agent, string? project) =>
        _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(agent) }, Project = project });

    private Task<string?> One(string sql) => Central.Read(c => c.First<string>(sql));

    private Task<int> AddTask(string project, string agent) => Central.Write(c => c.Execute("""
        INSERT INTO tasks (id, project_seq, agent_seq, status, instruction, lease_boot_id, lease_boot_ms, lease_until, created_at, updated_at)
        SELECT @Id, p.seq, a.seq, 'running', 'x', 'boot', 1, @Now, @Now, @Now FROM agents a, projects p WHERE a.name = @Agent AND p.name = @Project
        """, new { Id = Ids.New("task", c.Time.Now), Project = project, Agent = agent, c.Time.Now }));
}
