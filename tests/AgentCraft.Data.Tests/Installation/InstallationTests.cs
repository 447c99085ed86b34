using System.Runtime.Versioning;
using System.Text;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Installation;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Installation;

/// <summary>Files of a project before, between and after.</summary>
public sealed class InstallationTests : IDisposable
{
    private const string Other = "{\n  // ours\n  \"mcpServers\": {\n    \"db\": {\"command\": \"db-mcp\", \"env\": {\"A\": \"${B}\"}},\n  },\n}\n";
    private static readonly InstallRequest Everything = new(ClientProgram.All, ["agentcraft"], []);

    private readonly TemporaryProject _project = new();

    private Data.Installation.Installation Here => new(_project.Root);

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Installed_and_uninstalled_every_file_is_what_it_was()
    {
        Write(".mcp.json", Other);
        Write(".vscode/mcp.json", "\uFEFF{\r\n\t\"servers\": {\r\n\t}\r\n}");
        Write("AGENTS.md", "# Rules");
        Write("CLAUDE.md", "# For Claude\r\n");
        Dictionary<string, string> before = Files();

        Install(Everything);
        Assert.Equal(["db", "agentcraft"], ServersOf(".mcp.json", "mcpServers"));
        Assert.Equal(5, Files().Count);
        Assert.Contains(Guidance.Begin, Read("CLAUDE.md"), StringComparison.Ordinal);
        Dictionary<string, string> between = Files();
        Assert.DoesNotContain(Install(Everything).Files, file => file.IsChanged);
        Assert.Equal(between, Files());

        Uninstall(Everything);
        Assert.Equal(before, Files());
        Assert.False(Directory.Exists(_project.PathOf(".cursor")));
        Assert.DoesNotContain(Uninstall(Everything).Files, file => file.IsChanged);
    }

    [Fact]
    public void What_others_have_changed_since_stays_when_ours_goes()
    {
        Write(".mcp.json", "{\"mcpServers\": {}}");
        Install(Everything);
        Write(".mcp.json", Read(".mcp.json").Replace("\"mcpServers\": {", "\"mcpServers\": {\n    \"new\": {\"command\": \"n\"},", StringComparison.Ordinal));
        Write(".cursor/mcp.json", Read(".cursor/mcp.json").Replace("{\n  \"mcp", "{\n  \"theirs\": 1,\n  \"mcp", StringComparison.Ordinal));
        Write("AGENTS.md", Read("AGENTS.md") + "\nMore.\n");

        Uninstall(Everything);

        Assert.Equal(["new"], ServersOf(".mcp.json", "mcpServers"));
        Assert.Equal("{\n  \"theirs\": 1,\n  \"mcpServers\": {}\n}\n", Read(".cursor/mcp.json"));
        Assert.Equal("\nMore.\n", Read("AGENTS.md"));
    }

    [Fact]
    public void In_a_clone_without_the_record_a_file_with_nothing_but_ours_goes_too()
    {
        Install(Everything);
        Directory.Delete(_project.PathOf(".agentcraft"), recursive: true);
        Write(".cursor/mcp.json", Read(".cursor/mcp.json") + "\n// theirs\n");

        Uninstall(Everything);

        Assert.Equal([".cursor/mcp.json"], Files().Keys);
        Assert.Equal("{\n  \"mcpServers\": {}\n}\n\n// theirs\n", Read(".cursor/mcp.json"));
    }

    [Fact]
    public void The_paragraph_goes_with_the_last_client()
    {
        Install(Everything);
        Uninstall(Everything with { Clients = [ClientProgram.Claude, ClientProgram.VsCode] });
        Assert.Equal([".cursor/mcp.json", "AGENTS.md"], Files().Keys);
        Uninstall(Everything with { Clients = [ClientProgram.Cursor] });
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("{ not json", "invalid_configuration", ":1:3: ")]
    [InlineData("{\"mcpServers\": []}", "invalid_configuration", "'mcpServers' must be an object")]
    [InlineData("{\"mcpServers\": {\"agentcraft\": {\"command\": \"somebody-elses\"}}}", "already_exists", "somebody-elses")]
    [InlineData("{\"mcpServers\": {\"agentcraft\": {\"type\": \"http\", \"url\": \"http://127.0.0.1:7717/mcp\"}}}", "already_exists", "not started by a command")]
    [InlineData("{\"mcpServers\": {\"agentcraft\": 7}}", "already_exists", "not started by a command")]
    public void What_cannot_be_done_for_one_file_is_done_for_none(string text, string code, string message)
    {
        Write(".cursor/mcp.json", text);
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => Install(Everything));
        Assert.Equal(code, refusal.Code);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(".cursor/mcp.json", refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith("Nothing was changed.", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(text, Assert.Single(Files()).Value);
        Assert.False(Directory.Exists(_project.PathOf(".agentcraft")));
    }

    [Fact]
    public void A_directory_a_read_only_file_and_half_a_marker_are_refused()
    {
        Directory.CreateDirectory(_project.PathOf(".mcp.json"));
        Assert.Contains("a directory in its place", Refusal(), StringComparison.Ordinal);
        Directory.Delete(_project.PathOf(".mcp.json"));

        Write(".mcp.json", Other);
        new FileInfo(_project.PathOf(".mcp.json")).IsReadOnly = true;
        Assert.Equal(".mcp.json is read-only.", Refusal());
        new FileInfo(_project.PathOf(".mcp.json")).IsReadOnly = false;

        File.WriteAllBytes(_project.PathOf(".mcp.json"), [0x7B, 0xFF, 0x7D]);
        Assert.Contains("it is not UTF-8 text", Refusal(), StringComparison.Ordinal);

        Write(".mcp.json", Other);
        Write("AGENTS.md", $"a\n{Guidance.Begin}\n");
        Assert.StartsWith("AGENTS.md:2:1: ", Refusal(), StringComparison.Ordinal);
        Assert.Equal(Other, Read(".mcp.json"));

        string Refusal() => Assert.Throws<AgentCraftException>(() => Install(Everything)).Message;
    }

    [Fact]
    public void Force_replaces_somebody_else_s_server_and_uninstalling_brings_it_back()
    {
        string theirs = "{\"mcpServers\": {\"agentcraft\": {\"command\": \"somebody-elses\"}, \"b\": {}}}";
        Write(".mcp.json", theirs);
        Assert.Contains("not written by this command", Uninstall(Everything).Files[0].About, StringComparison.Ordinal);
        Assert.Equal(theirs, Read(".mcp.json"));

        Install(Everything with { IsForced = true });
        Assert.Contains("\"serve\"", Read(".mcp.json"), StringComparison.Ordinal);
        Uninstall(Everything);
        Assert.Equal(theirs, Read(".mcp.json"));
    }

    [Fact]
    public void A_server_of_ours_that_somebody_has_changed_is_left_as_it_is()
    {
        string changed = "{\"mcpServers\": {\"agentcraft\": {\"command\": \"/opt/agentcraft\", \"args\": [\"serve\", \"--stdio\", \"--toolsets\", \"all\"], \"env\": {\"A\": \"1\"}}}}";
        Write(".mcp.json", changed);
        Assert.Equal(FileChange.Kept, Install(Everything).Files[0].Change);
        Assert.Equal(changed, Read(".mcp.json"));
    }

    [Theory]
    [InlineData(", \"args\": [\"serve\", \"--stdio\", \"--toolsets\", \"all\"]", ", \"args\": [\"serve\", \"--stdio\"]", "")]
    [InlineData("", "", ", \"args\": [\"serve\", \"--stdio\"]")]
    public void Force_changes_how_a_server_of_ours_is_started_and_keeps_what_somebody_has_added(string arguments, string inPlace, string atEnd)
    {
        const string added = ", \"env\": {\"A\": \"1\"}, // mine\n \"cwd\": \"sub\"";
        Write(".mcp.json", $"{{\"mcpServers\": {{\"agentcraft\": {{\"command\": \"/opt/agentcraft\"{arguments}{added}}}}}}}");
        Install(Everything with { IsForced = true });
        Assert.Equal($"{{\"mcpServers\": {{\"agentcraft\": {{\"command\": \"agentcraft\"{inPlace}{added}{atEnd}}}}}}}", Read(".mcp.json"));
    }

    [Fact]
    public void Init_makes_what_is_missing_and_leaves_what_is_there()
    {
        Write(".mcp.json", "{ broken");
        Write(".agentcraft/config.json", "{\"toolsets\": \"all\"}");
        Write("AGENTS.md", "Mine.\n");
        IReadOnlyList<PlannedFile> made = Here.Apply(() => Here.PlanInit(Everything), TimeProvider.System).Files;

        Assert.Equal("{ broken", Read(".mcp.json"));
        Assert.Equal("{\"toolsets\": \"all\"}", Read(".agentcraft/config.json"));
        Assert.Equal("Mine.\n", Read("AGENTS.md"));
        Assert.Equal([".agentcraft/.gitignore", ".agents/.gitignore", ".cursor/mcp.json", ".vscode/mcp.json"], made.Where(file => file.IsChanged).Select(file => file.Path));
        Dictionary<string, string> after = Files();
        Assert.DoesNotContain(Here.Apply(() => Here.PlanInit(Everything), TimeProvider.System).Files, file => file.IsChanged);
        Assert.Equal(after, Files());
    }

    [Fact]
    public void The_settings_to_begin_with_are_the_defaults()
    {
        Here.Apply(() => Here.PlanInit(Everything), TimeProvider.System);
        Assert.Equivalent(new Settings(), SettingsFile.Load(_project.Root));
        string text = Read(".agentcraft/config.json");
        Assert.True(ConfigCheck.Run(_project.Root).Passed);

        Write(".agentcraft/config.json", text.Replace("// \"", "\"", StringComparison.Ordinal));
        Assert.True(ConfigCheck.Run(_project.Root).Passed);
        Assert.Equivalent(new Settings(), SettingsFile.Load(_project.Root));
        Assert.NotEqual(text, Read(".agentcraft/config.json"));
    }

    [Requires(Need.Unix, "links and permissions of files")]
    public void A_link_inside_the_project_is_followed_and_stays_and_one_that_leads_out_is_refused()
    {
        Write("tools/mcp.json", Other);
        File.CreateSymbolicLink(_project.PathOf(".mcp.json"), Path.Combine("tools", "mcp.json"));
        Write("AGENTS.md", "One for all.\n");
        File.CreateSymbolicLink(_project.PathOf("CLAUDE.md"), "AGENTS.md");
        Install(Everything);
        Assert.NotNull(new FileInfo(_project.PathOf(".mcp.json")).LinkTarget);
        Assert.NotNull(new FileInfo(_project.PathOf("CLAUDE.md")).LinkTarget);
        Assert.Contains("\"agentcraft\"", Read("tools/mcp.json"), StringComparison.Ordinal);
        Assert.Equal(2, Read("AGENTS.md").Split(Guidance.Begin).Length);
        Uninstall(Everything);
        Assert.Equal(Other, Read("tools/mcp.json"));
        Assert.Equal("One for all.\n", Read("AGENTS.md"));

        using TemporaryProject elsewhere = new();
        File.WriteAllText(elsewhere.PathOf("mine.json"), Other);
        File.Delete(_project.PathOf(".mcp.json"));
        File.CreateSymbolicLink(_project.PathOf(".mcp.json"), elsewhere.PathOf("mine.json"));
        Assert.Equal(ErrorCodes.NotAllowed, Assert.Throws<AgentCraftException>(() => Install(Everything)).Code);
        Assert.Equal(Other, File.ReadAllText(elsewhere.PathOf("mine.json")));
    }

    [Requires(Need.Unix, "links and permissions of files")]
    [UnsupportedOSPlatform("windows")]
    public void Permissions_stay_and_copies_are_private()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        Write(".mcp.json", Other);
        File.SetUnixFileMode(_project.PathOf(".mcp.json"), mode);
        Installed done = Install(Everything);
        Assert.Equal(mode, File.GetUnixFileMode(_project.PathOf(".mcp.json")));
        Assert.Equal(Other, Read($"{done.Backup}/.mcp.json"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_project.PathOf(InstallRecord.Folder)));
        Assert.Equal("*\n", Read($"{InstallRecord.Folder}/.gitignore"));
    }

    [Fact]
    public void A_file_that_is_saved_meanwhile_is_not_overwritten()
    {
        Write(".mcp.json", Other);
        int plans = 0;
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => Here.Apply(() =>
        {
            IReadOnlyList<PlannedFile> plan = Here.PlanInstall(Everything);
            if (++plans == 2)
                Write(".mcp.json", Other + "// saved\n");
            return plan;
        }, TimeProvider.System));
        Assert.Equal(ErrorCodes.VersionConflict, refusal.Code);
        Assert.Equal(Other + "// saved\n", Read(".mcp.json"));
    }

    [Fact]
    public void Cut_off_half_way_every_file_is_old_or_new_and_running_it_again_goes_on()
    {
        Write(".mcp.json", Other);
        int plans = 0;
        AgentCraftException failure = Assert.Throws<AgentCraftException>(() => Here.Apply(() =>
        {
            IReadOnlyList<PlannedFile> plan = Here.PlanInstall(Everything);
            if (++plans == 2)
                Write(".cursor", "in the way");
            return plan;
        }, TimeProvider.System));
        Assert.Equal(ErrorCodes.StoreUnavailable, failure.Code);
        Assert.Equal([".cursor", ".mcp.json"], Files().Keys);
        Assert.Equal(["db", "agentcraft"], ServersOf(".mcp.json", "mcpServers"));

        File.Delete(_project.PathOf(".cursor"));
        Install(Everything);
        Assert.Equal([".cursor/mcp.json", ".mcp.json", ".vscode/mcp.json", "AGENTS.md"], Files().Keys);
        Uninstall(Everything);
        Assert.Equal(Other, Assert.Single(Files()).Value);
    }

    [Fact]
    public async Task Many_at_once_leave_each_client_s_server_once()
    {
        Write(".mcp.json", Other);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => Install(Everything with { Clients = [ClientProgram.All[i % 3]] }))));
        foreach (ClientProgram client in ClientProgram.All)
            Assert.Single(ServersOf(client.Path, client.Section), "agentcraft");
        Assert.Equal(2, Read("AGENTS.md").Split(Guidance.Begin).Length);
        Uninstall(Everything);
        Assert.Equal([".mcp.json"], Files().Keys);
        Assert.Equal(Other, Read(".mcp.json"));
    }

    [Requires(Need.Unix, "links")]
    public void One_file_for_two_clients_is_changed_once()
    {
        Write(".mcp.json", Other);
        Directory.CreateDirectory(_project.PathOf(".cursor"));
        File.CreateSymbolicLink(_project.PathOf(".cursor", "mcp.json"), Path.Combine("..", ".mcp.json"));
        Install(Everything);
        Assert.Equal(["db", "agentcraft"], ServersOf(".mcp.json", "mcpServers"));
        Uninstall(Everything);
        Assert.Equal(Other, Read(".mcp.json"));
    }

    [Fact]
    public void An_empty_file_as_clients_make_it_is_filled_and_emptied()
    {
        Write(".cursor/mcp.json", "");
        Install(Everything);
        Assert.Equal(["agentcraft"], ServersOf(".cursor/mcp.json", "mcpServers"));
        Uninstall(Everything);
        Assert.Equal("", Read(".cursor/mcp.json"));
    }

    [Fact]
    public void Claude_s_own_file_that_takes_in_the_other_needs_no_paragraph()
    {
        Write("CLAUDE.md", "# Claude\n\n@AGENTS.md\n");
        Install(Everything);
        Assert.Equal("# Claude\n\n@AGENTS.md\n", Read("CLAUDE.md"));
    }

    private Installed Install(InstallRequest request) => Here.Apply(() => Here.PlanInstall(request), TimeProvider.System);

    private Installed Uninstall(InstallRequest request) => Here.Apply(() => Here.PlanUninstall(request), TimeProvider.System);

    private IEnumerable<string> ServersOf(string path, string section) =>
        ConfigText.Read(Read(path).TrimStart('\uFEFF'), isJson: true).Find(section)!.Fields.Select(field => field.Name).ToList();

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_project.PathOf(path))!);
        File.WriteAllBytes(_project.PathOf(path), Encoding.UTF8.GetBytes(text));
    }

    private string Read(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(_project.PathOf(path)));

    /// <summary>All but our own.</summary>
    private Dictionary<string, string> Files() => Directory.EnumerateFiles(_project.Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_project.Root, path).Replace('\\', '/')).Where(path => !path.StartsWith(".agentcraft/install", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal).ToDictionary(path => path, Read);
}
