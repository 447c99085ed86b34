using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Data.Installation;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft init</c> and <c>install</c> as a person calls them: what is written starts a server. What becomes of files is tested in Data.Tests.</summary>
public sealed class InstallCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Requires(Need.Unix, "a link on the PATH")]
    public async Task Init_writes_what_is_on_the_PATH_starts_it_and_changes_nothing_when_run_again()
    {
        using TemporaryProject bin = new();
        File.CreateSymbolicLink(bin.PathOf("agentcraft"), ServerExecutable.Path);
        string path = $"{bin.Root}:/usr/bin:/bin";

        JsonElement first = Json(await Run(path, "init", "--json"));

        Assert.All(first.GetProperty("servers").EnumerateArray(), server => Assert.Equal(("agentcraft", true, 12), (Text(server, "command"), server.GetProperty("works").GetBoolean(), server.GetProperty("tools").GetInt32())));
        Assert.Equal(2, first.GetProperty("servers").GetArrayLength());
        Assert.All(first.GetProperty("files").EnumerateArray(), file => Assert.Equal("made", Text(file, "change")));
        Dictionary<string, DateTime> files = Written();
        CommandRun again = await Run(path, "init");
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Equal(files, Written());
        Assert.Contains("It works: 'agentcraft serve --stdio' is agentcraft ", again.Output, StringComparison.Ordinal);
        Assert.Contains("Next:", again.Output, StringComparison.Ordinal);
    }

    [Requires(Need.Unix, "a PATH without the program")]
    public async Task Install_names_the_program_itself_where_the_PATH_has_none_or_another()
    {
        using TemporaryProject bin = new();
        File.WriteAllText(bin.PathOf("agentcraft"), "#!/bin/sh\necho 0.0.1\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(bin.PathOf("agentcraft"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        JsonElement done = Json(await Run($"{bin.Root}:/usr/bin:/bin", "install", "--client", "claude,cursor", "--no-guidance", "--json"));

        Assert.Equal([ServerExecutable.Path, ServerExecutable.Path], done.GetProperty("servers").EnumerateArray().Select(server => Text(server, "command")));
        Assert.All(done.GetProperty("servers").EnumerateArray(), server => Assert.True(server.GetProperty("works").GetBoolean()));
        Assert.Equal([".mcp.json", ".cursor/mcp.json"], done.GetProperty("files").EnumerateArray().Select(file => Text(file, "path")));
        Assert.False(File.Exists(_project.PathOf("AGENTS.md")));
    }

    [Fact]
    public async Task A_server_that_does_not_work_is_told_with_its_last_words_and_the_next_step()
    {
        CommandRun none = await Run(null, "install", "--client", "claude", "--command", "no-such-program");
        Assert.Equal((1, ""), (none.ExitCode, none.Error));
        Assert.Contains("It does not work: 'no-such-program serve --stdio': there is no program 'no-such-program' on the PATH", none.Output, StringComparison.Ordinal);
        Assert.Contains("agentcraft install --uninstall takes it out.", none.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_project.PathOf(".mcp.json")));

        CommandRun broken = await Run(null, "install", "--client", "claude", "--force", "--command", $"\"{ServerExecutable.Path}\" frobnicate");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("it ended with exit code 2; it said:", broken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_is_tried_with_the_variables_that_its_client_gives_it()
    {
        await File.WriteAllTextAsync(_project.PathOf(".mcp.json"), JsonSerializer.Serialize(new
        {
            mcpServers = new { agentcraft = new { command = ServerExecutable.Path, args = new[] { "serve", "--stdio" }, env = new { DOTNET_STARTUP_HOOKS = "/no/such/hook.dll" } } },
        }));
        CommandRun run = await Run(null, "install", "--client", "claude", "--command", $"\"{ServerExecutable.Path}\"");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("StartupHookProvider", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_prints_the_change_hides_secrets_and_writes_nothing()
    {
        string secret = "ghp_" + "Zk3vQ9xT1LmB7cRd5FyHs2WnJ8pGa4Ue0oKt", text = $"{{\n  \"mcpServers\": {{\n    \"gh\": {{\"command\": \"gh-mcp\", \"env\": {{\"T\": \"{secret}\"}}}}\n  }}\n}}\n";
        await File.WriteAllTextAsync(_project.PathOf(".mcp.json"), text);

        CommandRun run = await Run(null, "install", "--client", "all", "--dry-run");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("+++ b/.mcp.json", run.Output, StringComparison.Ordinal);
        Assert.Contains("+    \"agentcraft\": {", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, run.Output, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_project.PathOf(".mcp.json")));
        Assert.Equal([_project.PathOf(".mcp.json")], Directory.EnumerateFileSystemEntries(_project.Root));
    }

    [Theory]
    [InlineData("Say for which client: --client claude, cursor, vscode or all.", "install")]
    [InlineData("There is no client 'emacs'. There are: claude, cursor, vscode, all.", "install", "--client", "claude,emacs")]
    public async Task A_client_that_is_missing_or_unknown_is_misuse(string message, params string[] arguments)
    {
        CommandRun misuse = await Run(null, arguments);
        Assert.Equal((2, ""), (misuse.ExitCode, misuse.Output));
        Assert.StartsWith(message, misuse.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_paragraph_for_agents_names_the_twelve_core_tools_and_no_other()
    {
        PlannedFile planned = new Installation(_project.Root).PlanInit(new([], ["agentcraft"], [])).Single(file => file.Path == "AGENTS.md");
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core").Order(), Regex.Matches(planned.After!, "`([a-z]+(?:_[a-z]+)+)`").Select(name => name.Groups[1].Value).Distinct().Order());
    }

    [Fact]
    public void What_is_printed_to_paste_is_what_is_written()
    {
        string printed = ClientConfigurations.Stdio(["agentcraft"]);
        Assert.All(ClientProgram.All.Skip(1), client => Assert.True(JsonElement.DeepEquals(JsonElement.Parse(client.NewFile(client.Entry(["agentcraft"]))),
            JsonElement.Parse(Regex.Match(printed, $@"{Regex.Escape(client.Path)}\s+(\{{.*\}})").Groups[1].Value))));
        Assert.Contains("claude mcp add agentcraft -- agentcraft serve --stdio\n", printed, StringComparison.Ordinal);
    }

    private static JsonElement Json(CommandRun run)
    {
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return JsonElement.Parse(run.Output);
    }

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();

    private Dictionary<string, DateTime> Written() => Directory.EnumerateFiles(_project.Root, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);

    private async Task<CommandRun> Run(string? path, params string[] arguments)
    {
        ProgramRun run = await ProgramRun.Of(_project.Root, arguments, path is null ? null : new Dictionary<string, string?> { ["PATH"] = path });
        return new(run.ExitCode, run.Output, run.Error);
    }
}
