using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>Which tools a real server lists and takes, over standard input and output.</summary>
public sealed class ToolsetTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Without_a_word_a_client_meets_the_core()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core"), await Listed(server));
    }

    [Fact]
    public async Task All_are_all()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        Assert.Equal(CatalogTests.NamesOf(_ => true), await Listed(server));
    }

    [Fact]
    public async Task A_tool_outside_the_selection_is_refused_with_the_way_to_it_and_leaves_nothing()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "claims,admin"]);
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset is "claims" or "admin"), await Listed(server));
        ToolAnswer refused = await server.Call("start_session", new { agent = "alice" });
        Assert.Equal("toolset_off", refused.ErrorCode);
        Assert.Equal("start_session belongs to the toolset core, which is off in this server; on: claims,admin.", refused.ErrorMessage);
        Assert.Contains("--toolsets claims,admin,core", refused.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", StoreDump.Of(_project.Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_only_reads_reads_what_others_write()
    {
        await using StdioServer writer = await StdioServer.Connect(_project.Root);
        (await writer.Call("start_session", new { agent = "alice" })).Succeeded();
        await using StdioServer reader = await StdioServer.Connect(_project.Root, ["--read-only"]);
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core" && tool.IsReadOnly), await Listed(reader));
        Assert.Equal("alice", (await reader.Call("list_agents")).GetText("agents.0.name"));
        Assert.Equal(0, (await reader.Call("read_inbox", new { agent = "alice" })).GetNumber("unread"));
        ToolAnswer refused = await reader.Call("log_message", new { from = "alice", to = "alice", content = "x" });
        Assert.Equal(("read_only", "log_message writes, and this server only reads."), (refused.ErrorCode, refused.ErrorMessage));
        Assert.Equal(0, (await writer.Call("read_inbox", new { agent = "alice" })).GetNumber("unread"));
    }

    [Fact]
    public async Task The_project_s_file_can_choose_and_the_environment_and_the_command_line_go_before_it()
    {
        Configure("""{"toolsets": "claims", "readOnly": true}""");
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "claims" && tool.IsReadOnly), await ListedWith([], []));
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core" && tool.IsReadOnly), await ListedWith(["--toolsets", "core"], []));
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core"), await ListedWith([], new()
        {
            ["AGENTCRAFT__TOOLSETS"] = "core", ["AGENTCRAFT__READONLY"] = "false",
        }));
    }

    [Theory]
    [InlineData("""{"toolsets": "taks"}""", "There is no toolset 'taks'.")]
    [InlineData("""{"readOnly": "perhaps"}""", "readOnly must be true or false")]
    [InlineData("""{"readOnly": """, "no valid JSON")]
    public async Task Settings_that_are_broken_leave_the_list_and_are_told_by_calls_until_they_are_mended(string json, string fault)
    {
        Configure(json);
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core"), await Listed(server));
        ToolAnswer refused = await server.Call("start_session", new { agent = "alice" });
        Assert.Equal("invalid_configuration", refused.ErrorCode);
        Assert.Contains(fault, refused.ErrorMessage, StringComparison.Ordinal);
        Configure("{}");
        if (fault.Contains("taks", StringComparison.Ordinal))
            return; // What could be read is kept for as long as the server runs.
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
    }

    private async Task<IEnumerable<string>> ListedWith(string[] arguments, Dictionary<string, string?> environment)
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, arguments, environment);
        return await Listed(server);
    }

    private static async Task<IEnumerable<string>> Listed(StdioServer server) =>
        (await server.Request("tools/list")).GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!);

    private void Configure(string json)
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), json);
    }
}
