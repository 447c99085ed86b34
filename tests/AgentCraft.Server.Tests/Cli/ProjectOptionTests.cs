using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>serve --project</c> and the setting <c>project</c>.</summary>
public sealed class ProjectOptionTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Servers_of_one_root_can_have_different_default_projects()
    {
        await using StdioServer plain = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        await using StdioServer web = await StdioServer.Connect(_project.Root, ["--project", "web shop", "--toolsets", "all"]);
        Assert.Equal("web shop", (await web.Call("start_session", new { agent = "wendy" })).GetText("session.project"));
        Assert.Equal(Path.GetFileName(_project.Root), (await plain.Call("start_session", new { agent = "alice" })).GetText("session.project"));
        Assert.Equal("web shop", (await web.Call("register_agent", new { name = "will" })).GetText("project"));
        Assert.Equal("web shop", (await web.Call("get_project")).GetText("name"));
        Assert.Equal("web shop", (await plain.Call("get_project", new { project = "web shop" })).GetText("name"));
        // They still see each other.
        Assert.Equal("alice", (await web.Call("log_message", new { from = "wendy", to = "alice", content = "x" })).GetText("messages.0.to"));
    }

    [Fact]
    public async Task A_second_server_of_that_project_joins_it_and_looking_makes_none()
    {
        await using StdioServer first = await StdioServer.Connect(_project.Root, ["--project", "web", "--toolsets", "all"]);
        Assert.Equal("not_found", (await first.Call("get_project")).ErrorCode);
        string session = (await first.Call("start_session", new { agent = "wendy" })).GetText("session.id");
        await using StdioServer second = await StdioServer.Connect(_project.Root, ["--project", "web", "--toolsets", "all"]);
        Assert.Equal(session, (await second.Call("start_session", new { agent = "will" })).GetText("session.id"));
        Assert.Equal(1, (await second.Call("list_projects")).GetNumber("total"));
    }

    [Fact]
    public async Task A_project_that_was_made_under_the_root_s_name_becomes_its_default()
    {
        string name = Path.GetFileName(_project.Root);
        await using StdioServer named = await StdioServer.Connect(_project.Root, ["--project", name, "--toolsets", "all"]);
        string id = (await named.Call("start_session", new { agent = "wendy" })).GetText("session.id");
        await using StdioServer plain = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        Assert.Equal(id, (await plain.Call("start_session", new { agent = "alice" })).GetText("session.id"));
        (await plain.Call("update_project", new { name = "renamed" })).Succeeded();
        Assert.Equal("renamed", (await plain.Call("start_session", new { agent = "alice" })).GetText("session.project"));
    }

    [Fact]
    public async Task The_option_goes_before_the_setting()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        await File.WriteAllTextAsync(_project.PathOf(".agentcraft", "config.json"), """{ "project": "from-file" }""");
        await using StdioServer set = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        Assert.Equal("from-file", (await set.Call("start_session", new { agent = "alice" })).GetText("session.project"));
        await using StdioServer told = await StdioServer.Connect(_project.Root, ["--project", "told", "--toolsets", "all"]);
        Assert.Equal("told", (await told.Call("start_session", new { agent = "bob" })).GetText("session.project"));
    }

    [Theory]
    [InlineData("", "cannot be empty")]
    [InlineData("project_1", "cannot begin with 'project_'")]
    public async Task A_name_that_no_project_can_have_is_told_so(string name, string why)
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--project", name, "--toolsets", "all"]);
        ToolAnswer answer = await server.Call("list_agents");
        Assert.Equal("invalid_configuration", answer.ErrorCode);
        Assert.Contains(why, answer.ErrorMessage, StringComparison.Ordinal);
    }
}
