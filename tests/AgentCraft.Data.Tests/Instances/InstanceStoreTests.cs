using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Instances;

[OnEveryEngine]
public sealed class InstanceStoreTests : IAsyncLifetime
{
    private const string Servers = """
        version: 2
        agentType: code-reviewer
        instruction: Read it.
        mcpServers:
          github:
            command: gh-mcp
            args: [serve]
            env: {GITHUB_TOKEN: "${GITHUB_TOKEN}", LOG: info}
          tickets:
            url: https://tickets.example/mcp
            headers: {Authorization: "Bearer ${TICKETS_TOKEN}"}
        """;

    private InstanceProject _project = null!;

    public async Task InitializeAsync() => _project = await InstanceProject.Create();

    public async Task DisposeAsync() => await _project.DisposeAsync();

    [Fact]
    public async Task An_instance_is_a_directory_with_its_metadata_and_what_its_template_says()
    {
        CreatedInstance made = await _project.Make("rita");
        Assert.True(made.Created);
        Assert.Equal([".agents/rita/AGENTS.md", ".agents/rita/.mcp.json", ".agents/rita/.cursor/mcp.json", ".agents/rita/.agentcraft.json"], made.Files);
        Assert.Equal(("reviewer", InstanceState.Created, "manual", "alice", ".agents/rita"),
            (made.Instance.Template, made.Instance.State, made.Instance.LaunchMode, made.Instance.By, made.Instance.WorkspacePath));

        JsonObject json = _project.Json("rita");
        Assert.Equal((1, made.Instance.Id, "rita", "reviewer", "Created"),
            ((int)json["version"]!, (string?)json["id"], (string?)json["name"], (string?)json["templateRef"], (string?)json["state"]));

        string agents = await File.ReadAllTextAsync(_project.PathOf(".agents", "rita", "AGENTS.md"));
        var template = _project.Stores.Configs.Resolve("reviewer");
        foreach (string part in template.Skills.Select(skill => skill.Content).Concat(template.Prompts.Select(prompt => prompt.Content)).Concat(template.Workflow!.Steps.Select(step => step.Title)).Append(template.Instruction!))
            Assert.Contains(part.Trim().Split('\n')[0], agents, StringComparison.Ordinal);

        foreach (string file in new[] { ".mcp.json", Path.Combine(".cursor", "mcp.json") })
            Assert.Equal("agentcraft", (string?)JsonNode.Parse(await File.ReadAllTextAsync(_project.PathOf(".agents", "rita", file)))!["mcpServers"]!["agentcraft"]!["command"]);
        Assert.DoesNotContain(Directory.GetFiles(_project.PathOf(".agents", "rita"), "*", SearchOption.AllDirectories), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Equal(["Created"], await _project.Log("rita"));
        Assert.Single(await _project.Index());
    }

    [Fact]
    public async Task Its_agent_is_registered_as_the_template_says_and_works_only_when_somebody_starts_it()
    {
        await _project.Stores.Instances.Create(new() { Name = "rita", Template = "reviewer", By = "alice", Parent = "alice", Config = JsonElement.Parse("""{"model":"opus"}""") }, InstanceProject.Own);
        Agent agent = await _project.Stores.Agents.Get("rita");
        Assert.Equal(("code-reviewer", "reviewer", ".agents/rita", "alice", AgentStatus.Inactive, false),
            (agent.Type, agent.Template, agent.WorkspacePath, agent.Parent, agent.Status, agent.Live));
        Assert.Equal(["code-review"], agent.Capabilities);
        Assert.StartsWith("Read the whole change", agent.Instruction, StringComparison.Ordinal);
        Assert.Equal("opus", agent.Config!.Value.GetProperty("model").GetString());
    }

    [Fact]
    public async Task An_agent_that_works_already_goes_on_working()
    {
        await _project.Stores.Agents.Register(new() { Name = AgentName.Parse("Rita") });
        await _project.Make("rita");
        Agent agent = await _project.Stores.Agents.Get("rita");
        Assert.Equal(("Rita", AgentStatus.Active, true, "reviewer"), (agent.Name, agent.Status, agent.Live, agent.Template));
        Assert.True(File.Exists(_project.FileOf("Rita")));
    }

    [Fact]
    public async Task The_same_name_and_template_is_the_same_instance_and_another_template_is_a_conflict()
    {
        CreatedInstance first = await _project.Make("rita");
        await _project.Step("rita", InstanceState.Initializing);
        string file = await File.ReadAllTextAsync(_project.FileOf("rita"));
        File.Delete(_project.PathOf(".agents", "rita", "AGENTS.md"));
        foreach (string name in new[] { "rita", "RITA" })
        {
            CreatedInstance again = await _project.Make(name);
            Assert.Equal((false, first.Instance.Id, InstanceState.Initializing), (again.Created, again.Instance.Id, again.Instance.State));
            Assert.Empty(again.Files);
        }
        Assert.Equal(file, await File.ReadAllTextAsync(_project.FileOf("rita")));
        AgentCraftException conflict = await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rita", "builder"));
        Assert.Equal((ErrorCodes.AlreadyExists, "Instance 'rita' was made from the template 'reviewer', not 'builder'."), (conflict.Code, conflict.Message));
    }

    [Fact]
    public async Task A_key_makes_it_once_and_another_use_of_it_is_a_conflict()
    {
        CreatedInstance first = await _project.Make("rita", key: "k"), again = await _project.Make("rita", key: "k");
        Assert.Equal((true, true, first.Instance.Id), (again.Created, again.Replayed, again.Instance.Id));
        Assert.Equal(ErrorCodes.IdempotencyConflict, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rudi", key: "k"))).Code);
        Assert.False(Directory.Exists(_project.PathOf(".agents", "rudi")));
    }

    [Fact]
    public async Task Servers_of_the_template_stand_beside_ours_and_variables_stay_names()
    {
        _project.Write(Servers, ".agentcraft", "configs", "templates", "mine.yaml");
        _project.Write("""{"mcpServers":{"own":{"command":"x"},"github":{"command":"old"}},"other":1}""", ".agents", "rita", ".mcp.json");
        await _project.Make("rita", "mine");
        JsonNode claude = JsonNode.Parse(await File.ReadAllTextAsync(_project.PathOf(".agents", "rita", ".mcp.json")))!;
        Assert.Equal(["agentcraft", "github", "own", "tickets"], claude["mcpServers"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("gh-mcp", "${GITHUB_TOKEN}", "info", "http", "Bearer ${TICKETS_TOKEN}", 1),
            ((string?)claude["mcpServers"]!["github"]!["command"], (string?)claude["mcpServers"]!["github"]!["env"]!["GITHUB_TOKEN"], (string?)claude["mcpServers"]!["github"]!["env"]!["LOG"],
                (string?)claude["mcpServers"]!["tickets"]!["type"], (string?)claude["mcpServers"]!["tickets"]!["headers"]!["Authorization"], (int)claude["other"]!));
        // Cursor has its own way to name a variable.
        JsonNode cursor = JsonNode.Parse(await File.ReadAllTextAsync(_project.PathOf(".agents", "rita", ".cursor", "mcp.json")))!;
        Assert.Equal(("${env:GITHUB_TOKEN}", "Bearer ${env:TICKETS_TOKEN}"),
            ((string?)cursor["mcpServers"]!["github"]!["env"]!["GITHUB_TOKEN"], (string?)cursor["mcpServers"]!["tickets"]!["headers"]!["Authorization"]));
    }

    [Theory]
    [InlineData("mcpServers: {a: {command: x, env: {GITHUB_TOKEN: ghs0123}}}")]
    [InlineData("mcpServers: {a: {command: x, env: {GITHUB: ghp_0123456789abcdef0123}}}")]
    [InlineData("mcpServers: {a: {command: x, args: [--token, abc123]}}")]
    [InlineData("mcpServers: {a: {command: x, args: ['--api-key=abc123']}}")]
    [InlineData("mcpServers: {a: {url: 'https://u:hunter2@x.example/mcp'}}")]
    [InlineData("mcpServers: {a: {url: 'https://x.example/mcp', headers: {Authorization: Bearer abc123}}}")]
    [InlineData("instruction: use sk-0123456789abcdef0123 for it")]
    public async Task Nothing_that_holds_a_secret_is_written(string part)
    {
        _project.Write($"version: 2\nagentType: reviewer\n{part}\n", ".agentcraft", "configs", "templates", "mine.yaml");
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rita", "mine"));
        Assert.Equal(ErrorCodes.SecretRefused, refused.Code);
        Assert.False(Directory.Exists(_project.PathOf(".agents", "rita")));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Stores.Agents.Get("rita"))).Code);
    }

    [Fact]
    public async Task What_a_client_says_of_it_holds_no_secret_either()
    {
        await _project.Make("rita");
        const string Key = "ghp_0123456789abcdef0123";
        Assert.Equal(ErrorCodes.SecretRefused, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Step("rita", InstanceState.Initializing, reason: $"with {Key}"))).Code);
        Assert.Equal(ErrorCodes.SecretRefused, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Stores.Instances.Transition(new() { Name = "rita", To = InstanceState.Created, Health = Key }))).Code);
        Assert.Equal(ErrorCodes.SecretRefused, (await Assert.ThrowsAsync<AgentCraftException>(() =>
            _project.Stores.Instances.Create(new() { Name = "rudi", Template = "reviewer", By = "alice", Config = JsonElement.Parse($$"""{"a":"{{Key}}"}""") }, InstanceProject.Own))).Code);
        Assert.Equal(ErrorCodes.SecretRefused, (await Assert.ThrowsAsync<AgentCraftException>(() =>
            _project.Stores.Instances.Create(new() { Name = "rudi", Template = "reviewer", By = "alice", LaunchMode = Key }, InstanceProject.Own))).Code);
        Assert.False(Directory.Exists(_project.PathOf(".agents", "rudi")));
    }

    [Fact]
    public async Task A_file_that_somebody_else_put_there_is_kept()
    {
        _project.Write("my own notes", ".agents", "rita", "AGENTS.md");
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rita"));
        Assert.Equal(ErrorCodes.AlreadyExists, refused.Code);
        Assert.Equal("my own notes", await File.ReadAllTextAsync(_project.PathOf(".agents", "rita", "AGENTS.md")));
        _project.Write("{broken", ".agents", "rudi", ".mcp.json");
        Assert.Equal(ErrorCodes.InvalidConfiguration, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rudi"))).Code);
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Stores.Agents.Get("rudi"))).Code);
    }

    [Fact]
    public async Task What_a_killed_process_left_half_made_is_no_instance_and_the_same_call_finishes_it()
    {
        CreatedInstance whole = await _project.Make("whole");
        string agents = await File.ReadAllTextAsync(_project.PathOf(".agents", "whole", "AGENTS.md"));
        // All that may be there before the metadata file is.
        _project.Write(agents.Replace("whole", "rita", StringComparison.Ordinal), ".agents", "rita", "AGENTS.md");
        _project.Write("{\"vers", ".agents", "rita", ".agentcraft.json.tmp");
        _project.Write("", ".agents", "rita", ".agentcraft.json.lock");
        Assert.Equal(["whole"], (await _project.Stores.Instances.List(new())).Instances.Select(instance => instance.Name));
        Assert.Empty((await _project.Stores.InstanceRecovery.Recover()).Moved);
        Assert.True((await _project.Make("rita")).Created);
        Assert.False(File.Exists(_project.FileOf("rita") + ".tmp"));

        // And between the file and the log.
        await _project.Stores.Databases.Central.Write(c => c.Execute("DELETE FROM instances") + c.Execute("DELETE FROM session_events WHERE entity_id = @Id", new { whole.Instance.Id }));
        Assert.False((await _project.Make("whole")).Created);
        Assert.Equal(["Created"], await _project.Log("whole"));
        Assert.Single(await _project.Index());
    }

    [Fact]
    public async Task A_step_is_kept_in_the_file_with_its_process_and_forgotten_with_it()
    {
        await _project.MakeIn("rita", InstanceState.Ready);
        SteppedInstance running = await _project.Stores.Instances.Transition(new() { Name = "rita", To = InstanceState.Running, By = "alice", Pid = Environment.ProcessId, Port = 8123, Health = "good", Reason = "work" });
        Assert.Equal((Environment.ProcessId, 8123, "good", "work", "alice"), (running.Instance.Pid, running.Instance.Port, running.Instance.Health, running.Instance.Reason, running.Instance.By));
        Assert.NotNull(running.Instance.ProcessStartedAt);
        Assert.NotNull(running.Instance.LaunchedAt);
        Assert.Contains($" Running manual {Environment.ProcessId} ", Assert.Single(await _project.Index()), StringComparison.Ordinal);
        await _project.Step("rita", InstanceState.Stopping);
        Assert.Equal(Environment.ProcessId, _project.Stores.Instances.Get("rita").Pid);
        Instance stopped = (await _project.Step("rita", InstanceState.Stopped, reason: "done")).Instance;
        Assert.Equal((null, null, null, "done"), (stopped.Pid, stopped.Port, stopped.Health, stopped.Reason));
        Assert.NotNull(stopped.StoppedAt);
    }

    [Fact]
    public async Task News_in_the_same_state_are_kept_without_a_step()
    {
        await _project.MakeIn("rita", InstanceState.Running);
        InstanceChange news = new() { Name = "rita", To = InstanceState.Running, By = "alice", Health = "slow", Port = 9 };
        SteppedInstance told = await _project.Stores.Instances.Transition(news), again = await _project.Stores.Instances.Transition(news);
        Assert.Equal((true, "slow", 9, false), (told.Changed, told.Instance.Health, told.Instance.Port, again.Changed));
        Assert.Equal(4, (await _project.Log("rita")).Count);
        Assert.Contains(" slow ", Assert.Single(await _project.Index()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_of_a_newer_program_survive_a_step()
    {
        await _project.Make("rita");
        _project.Edit("rita", json => (json["version"], json["mood"]) = (2, new JsonArray(1, 2)));
        await _project.Step("rita", InstanceState.Initializing);
        Assert.Equal((2, "[1,2]", "Initializing"), ((int)_project.Json("rita")["version"]!, _project.Json("rita")["mood"]!.ToJsonString(), (string?)_project.Json("rita")["state"]));
    }

    [Fact]
    public async Task An_unknown_instance_is_told_with_the_nearest_and_a_broken_one_with_what_is_wrong()
    {
        await _project.Make("rita");
        AgentCraftException unknown = await Assert.ThrowsAsync<AgentCraftException>(() => _project.Step("rito", InstanceState.Initializing));
        Assert.Equal(ErrorCodes.NotFound, unknown.Code);
        Assert.Contains("Did you mean 'rita'?", unknown.Hint, StringComparison.Ordinal);
        _project.Write("{", ".agents", "rita", ".agentcraft.json");
        foreach (Func<Task> call in new Func<Task>[] { () => _project.Step("rita", InstanceState.Initializing), () => _project.Make("rita") })
        {
            AgentCraftException broken = await Assert.ThrowsAsync<AgentCraftException>(call);
            Assert.Equal(ErrorCodes.InvalidConfiguration, broken.Code);
            Assert.Contains("no valid JSON", broken.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_list_shows_the_files_page_by_page_and_names_what_is_broken()
    {
        foreach (string name in new[] { "c", "a", "b" })
            await _project.Make(name, name == "b" ? "builder" : "reviewer");
        await _project.Step("a", InstanceState.Initializing);
        _project.Write("{", ".agents", "d", ".agentcraft.json");
        _project.Write("x", ".agents", "merely-registered", "notes.md");
        InstancePage first = await _project.Stores.Instances.List(new() { Limit = 2 }), rest = await _project.Stores.Instances.List(new() { Limit = 2, Cursor = first.Cursor });
        Assert.Equal(["c", "a"], first.Instances.Select(instance => instance.Name));
        Assert.Equal("b", Assert.Single(rest.Instances).Name);
        Assert.Equal((3, true, false), (first.Total, first.HasMore, rest.HasMore));
        Assert.Equal(new BrokenInstance(".agents/d", "it is no valid JSON (line 1)"), Assert.Single(first.Broken));
        Assert.Equal("a", Assert.Single((await _project.Stores.Instances.List(new() { State = InstanceState.Initializing })).Instances).Name);
        Assert.Equal("b", Assert.Single((await _project.Stores.Instances.List(new() { Template = "builder" })).Instances).Name);
        Assert.Equal(ErrorCodes.InvalidCursor, (await Assert.ThrowsAsync<AgentCraftException>(() => _project.Stores.Instances.List(new() { Template = "builder", Cursor = first.Cursor }))).Code);
    }

    [Fact]
    public async Task Changes_at_once_lose_none_and_whoever_waits_too_long_is_told_who_has_it()
    {
        await _project.MakeIn("rita", InstanceState.Running);
        await using Stores other = _project.Open();
        // Each keeps what the other said.
        for (int i = 1; i <= 20; i++)
        {
            await Task.WhenAll(
                _project.Stores.Instances.Transition(new() { Name = "rita", To = InstanceState.Running, Port = i }),
                other.Instances.Transition(new() { Name = "rita", To = InstanceState.Running, Health = $"h{i}" }));
            Instance now = other.Instances.Get("rita");
            Assert.Equal((i, $"h{i}"), (now.Port, now.Health));
        }
        // Of two steps that exclude each other, one is taken.
        Exception?[] outcomes = await Task.WhenAll(new[] { InstanceState.Stopping, InstanceState.Crashed }.Select(to =>
            Record.ExceptionAsync(() => other.Instances.Transition(new() { Name = "rita", To = to }))));
        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Single(outcomes, outcome => outcome is AgentCraftException { Code: ErrorCodes.InvalidTransition });
        Assert.Equal(5, (await _project.Log("rita")).Count);

        using FileEdit held = FileEdit.Begin(_project.FileOf("rita"));
        await using Stores impatient = _project.Open(patience: 50);
        AgentCraftException busy = await Assert.ThrowsAsync<AgentCraftException>(() => impatient.Instances.Transition(new() { Name = "rita", To = InstanceState.Stopped }));
        Assert.Equal((ErrorCodes.StoreBusy, true), (busy.Code, busy.Retryable));
        Assert.Contains($"process {Environment.ProcessId}", busy.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Unix, "it makes links")]
    public async Task A_workspace_that_is_a_link_is_not_written_through()
    {
        string outside = Directory.CreateTempSubdirectory("ac-outside-").FullName;
        Directory.CreateDirectory(_project.PathOf(".agents"));
        Directory.CreateSymbolicLink(_project.PathOf(".agents", "rita"), outside);
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rita"));
        Assert.Contains("is a link to", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Directory.Delete(outside);
    }
}
