using System.Runtime.Versioning;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>Where the store lies, and what in a root may configure the server: <c>.agentcraft/config.json</c> and nothing else.</summary>
public sealed class RootTests : IDisposable
{
    private readonly TemporaryProject _project = new();
    private readonly TemporaryProject _elsewhere = new();

    public void Dispose()
    {
        _project.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_hostile_root_does_not_configure_the_server()
    {
        const string Settings = """{"messages":{"maxContentBytes":1},"Messages":{"MaxContentBytes":1},"sqlite":{"library":"/no/such/library.so"},"Logging":{"Console":{"LogToStandardErrorThreshold":"None"}}}""";
        foreach (string name in new[] { "appsettings.json", "appsettings.Production.json", "config.json", "agentcraft.json", ".agentcraft/appsettings.json", "configs/agentcraft.json" })
            Write(name, Settings);
        Write(".env", "AGENTCRAFT__MESSAGES__MAXCONTENTBYTES=1\nDOTNET_STARTUP_HOOKS=/no/such/hook.dll\n");
        Write("agentcraft.runtimeconfig.json", """{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"99.0.0"}}}""");
        Write("agentcraft.deps.json", "{}");
        Write("libe_sqlite3.so", "not a library");
        Write("Directory.Build.props", "<Project>");
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await AssertTakes(server, "more than one byte");
    }

    [Fact]
    public async Task Its_own_configuration_file_does()
    {
        Write(".agentcraft/config.json", """{"messages":{"maxContentBytes":10}}""");
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await AssertTakes(server, "ten bytes.");
        ToolAnswer refused = await server.Call("log_message", new { from = "alice", to = "alice", content = "eleven byte" });
        Assert.Equal("content has 11 bytes; the limit is 10.", refused.ErrorMessage);
    }

    [Fact]
    public async Task So_does_the_environment_and_it_comes_before_the_file()
    {
        Write(".agentcraft/config.json", """{"messages":{"maxContentBytes":1}}""");
        await using StdioServer server = await StdioServer.Connect(_project.Root, environment: new Dictionary<string, string?> { ["AGENTCRAFT__MESSAGES__MAXCONTENTBYTES"] = "10" });
        await AssertTakes(server, "ten bytes.");
    }

    [Fact]
    public async Task A_broken_file_is_told_by_calls_while_lists_work_and_mending_it_is_enough()
    {
        Write(".agentcraft/config.json", "{");
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        Assert.Equal(12, (await server.Request("tools/list")).GetProperty("tools").GetArrayLength());
        for (int i = 0; i < 2; i++)
        {
            ToolAnswer refused = await server.Call("start_session", new { agent = "alice" });
            Assert.Equal("invalid_configuration", refused.ErrorCode);
            Assert.Equal($"{_project.PathOf(".agentcraft", "config.json")} or an AGENTCRAFT__… variable cannot be used: it is no valid JSON (line 1, byte 2).", refused.ErrorMessage);
            Contract.AnswerChecks.Error(refused);
        }
        Write(".agentcraft/config.json", "{}");
        await AssertTakes(server, "mended");
        Assert.DoesNotContain(" fail: ", server.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_is_the_option_s_else_the_variable_s_else_the_working_directory()
    {
        Dictionary<string, string?> variable = new() { ["AGENTCRAFT_ROOT"] = _project.PathOf("b") };
        foreach (string name in new[] { "a", "b", "c" })
            Directory.CreateDirectory(_project.PathOf(name));
        foreach ((string expected, string[] arguments, Dictionary<string, string?>? environment, string directory) in new[]
        {
            ("a", new[] { "serve", "--stdio", "--root", _project.PathOf("a") }, variable, _elsewhere.Root),
            ("b", ["serve"], variable, _elsewhere.Root),
            ("c", ["serve", "--stdio"], new() { ["AGENTCRAFT_ROOT"] = null }, _project.PathOf("c")),
        })
        {
            await using StdioServer server = StdioServer.StartProgram(ServerExecutable.Path, arguments, directory, environment);
            await server.Initialize();
            Assert.Equal(expected, (await server.Call("start_session", new { agent = "alice" })).GetText("session.project"));
            Assert.True(File.Exists(Path.Combine(_project.PathOf(expected), ".agentcraft", "session.db")));
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_elsewhere.Root));
    }

    [Requires(Need.Unix, "reaches the root through a symbolic link")]
    public async Task A_root_that_is_reached_by_another_name_is_the_same_project()
    {
        Directory.CreateDirectory(_project.PathOf("shop"));
        Directory.CreateSymbolicLink(_project.PathOf("workspace"), _project.PathOf("shop"));
        await using StdioServer one = await StdioServer.Connect(_project.PathOf("shop"));
        await using StdioServer two = await StdioServer.Connect(_project.PathOf("workspace"));
        ToolAnswer first = await one.Call("start_session", new { agent = "alice" });
        ToolAnswer second = await two.Call("start_session", new { agent = "bob" });
        Assert.Equal(first.GetText("session.id"), second.GetText("session.id"));
        Assert.Equal(("shop", "shop"), (second.GetText("session.project"), second.GetText("agent.project")));
    }

    [Requires(Need.Unix, "looks at permissions")]
    [UnsupportedOSPlatform("windows")]
    public async Task The_store_is_its_owner_s_only_even_in_a_directory_that_is_open_to_all()
    {
        Write(".agentcraft/config.json", "{}");
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await AssertTakes(server, "private");
        foreach (string file in new[] { _project.CentralFile, _project.CentralFile + "-wal", _project.CentralFile + "-shm" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_root_that_does_not_exist_is_told_by_calls_and_never_made()
    {
        string root = _project.PathOf("gone");
        await using StdioServer server = StdioServer.StartProgram(ServerExecutable.Path, ["serve", "--root", root], _project.Root);
        await server.Initialize();
        ToolAnswer refused = await server.Call("start_session", new { agent = "alice" });
        Assert.Equal(("not_found", $"The root {root} does not exist."), (refused.ErrorCode, refused.ErrorMessage));
        Assert.False(Directory.Exists(root));
        Directory.CreateDirectory(root);
        await AssertTakes(server, "there it is");
    }

    [Fact]
    public async Task A_store_that_cannot_be_made_is_told_by_calls()
    {
        Write(".agentcraft", "a file where the directory should be");
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        ToolAnswer refused = await server.Call("start_session", new { agent = "alice" });
        Assert.Equal("store_unavailable", refused.ErrorCode);
        Contract.AnswerChecks.Error(refused);
        File.Delete(_project.PathOf(".agentcraft"));
        await AssertTakes(server, "mended");
    }

    [Requires(Need.Unix, "takes the right to write from a directory")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_root_that_is_read_only_is_told_by_calls()
    {
        File.SetUnixFileMode(_project.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            await using StdioServer server = StartWithoutPrivileges();
            await server.Initialize();
            ToolAnswer refused = await server.Call("start_session", new { agent = "alice" });
            Assert.Equal("store_unavailable", refused.ErrorCode);
            Assert.Contains(_project.PathOf(".agentcraft"), refused.ErrorMessage, StringComparison.Ordinal);
            Contract.AnswerChecks.Error(refused);
            Assert.Equal(12, (await server.Request("tools/list")).GetProperty("tools").GetArrayLength());
        }
        finally
        {
            File.SetUnixFileMode(_project.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Two_servers_on_one_root_share_what_is_said()
    {
        await using StdioServer one = await StdioServer.Connect(_project.Root);
        await using StdioServer two = await StdioServer.Connect(_project.Root);
        ToolAnswer[] briefs = await Task.WhenAll(one.Call("start_session", new { agent = "alice" }), two.Call("start_session", new { agent = "bob" }));
        Assert.Equal(briefs[0].GetText("session.id"), briefs[1].GetText("session.id"));
        await Task.WhenAll(Enumerable.Range(0, 50).SelectMany(i => new[]
        {
            one.Call("log_message", new { from = "alice", to = "bob", content = $"a{i}" }),
            two.Call("log_message", new { from = "bob", to = "alice", content = $"b{i}" }),
        }));
        ToolAnswer fromOne = await one.Call("get_conversation", new { agentA = "alice", agentB = "bob", limit = 200 });
        ToolAnswer fromTwo = await two.Call("get_conversation", new { agentA = "alice", agentB = "bob", limit = 200 });
        Assert.Equal(100, fromOne.GetNumber("total"));
        Assert.Equal(fromOne.At("messages").GetRawText(), fromTwo.At("messages").GetRawText());
    }

    // Nothing is read-only to root.
    /// <summary>Root may write everywhere, so it starts a copy of the server as nobody, in a folder that nobody can reach.</summary>
    [UnsupportedOSPlatform("windows")]
    private StdioServer StartWithoutPrivileges()
    {
        if (!Environment.IsPrivilegedProcess)
            return StdioServer.Start(_project.Root);
        string folder = _elsewhere.PathOf("server");
        CopyForAll(Path.GetDirectoryName(ServerExecutable.Path)!, folder);
        return StdioServer.StartProgram("setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", Path.Combine(folder, Path.GetFileName(ServerExecutable.Path)), "serve", "--root", _project.Root], _project.Root);
    }

    [UnsupportedOSPlatform("windows")]
    private static void CopyForAll(string from, string to)
    {
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(to, All);
        File.SetUnixFileMode(Path.GetDirectoryName(to)!, All);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string folder in Directory.GetDirectories(from))
            CopyForAll(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private static async Task AssertTakes(StdioServer server, string content)
    {
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        (await server.Call("log_message", new { from = "alice", to = "alice", content })).Succeeded();
    }

    private void Write(string name, string content)
    {
        string path = _project.PathOf(name.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
