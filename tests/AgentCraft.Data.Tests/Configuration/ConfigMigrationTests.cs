using AgentCraft.Data.Configuration;
using AgentCraft.Data.Configuration.Migrations;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tests.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Configuration;

public sealed class ConfigMigrationTests : IDisposable
{
    private const string Old = """
        # What we review with.
        version: "1.0"   # as the guidelines have it
        name: mine
        type: code-reviewer # its tables

        systemPrompt: |
          Look # this is no comment
        skills:
          # the most important first
          - code-review
        prompt: be-brief # one only
        launch_mode: background
        mcp:
          github: {command: npx, env: [GITHUB_TOKEN]}

        """;

    private const string New = """
        # What we review with.
        version: 2   # as the guidelines have it
        name: mine
        agentType: code-reviewer # its tables

        instruction: |
          Look # this is no comment
        skills:
          # the most important first
          - code-review
        prompts: [be-brief] # one only
        launchMode: background
        mcpServers:
          github: {command: npx, env: [GITHUB_TOKEN]}

        """;

    private readonly ConfigFiles _files = new();
    private readonly FakeTime _time = new();

    private ConfigMigration Migration => new(_files.Project.Root);

    public void Dispose() => _files.Dispose();

    [Fact]
    public void An_old_template_is_read_as_what_it_becomes()
    {
        _files.Write("templates/mine.yaml", Old);
        ResolvedTemplate old = _files.Library.Resolve("mine");
        Assert.Equal((1, "code-reviewer", "Look # this is no comment\n", "background"), (old.Version, old.AgentType, old.Instruction, old.LaunchMode));
        Assert.Equal(["be-brief"], old.Prompts.Select(prompt => prompt.Name));
        Assert.Equal("npx", old.McpServers["github"].Command);
        _files.Write("templates/mine.yaml", "version: \"1.0\"\nname: mine\nskills:\n  - code-review\n");
        Assert.Equal((null, "default"), (_files.Library.Templates.Get("mine").Error, _files.Library.Resolve("mine").AgentType));
    }

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    public void Only_what_the_formats_differ_in_changes_and_comments_stay(string lineEnd, string mark)
    {
        string file = _files.Write("templates/mine.yaml", mark + Old.ReplaceLineEndings(lineEnd));
        ConfigMigrated done = Migration.Run(_time);
        Assert.Equal(mark + New.ReplaceLineEndings(lineEnd), System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file)));
        Assert.Equal((".agentcraft/configs/templates/mine.yaml", 1, 2, null), (done.Changes[0].Path, done.Changes[0].From, done.Changes[0].To, done.Changes[0].Error));
        Assert.Equal(mark + Old.ReplaceLineEndings(lineEnd), System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(_files.Project.PathOf(done.Backup!, "templates", "mine.yaml"))));
        Assert.StartsWith(".agentcraft/backups/configs-", done.Backup, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_keeps_its_shape_too()
    {
        string file = _files.Write("templates/team/mine.json", "{\r\n\t\"version\": \"1.0\", // old\r\n\t\"type\":\"x-y\",\r\n\t\"prompt\" : \"be-brief\",\r\n\t\"title\": \"é🎉\", \"mcp\": {},\r\n}");
        ConfigMigrated done = Migration.Run(_time);
        Assert.Equal("{\r\n\t\"version\": 2, // old\r\n\t\"agentType\":\"x-y\",\r\n\t\"prompts\" : [\"be-brief\"],\r\n\t\"title\": \"é🎉\", \"mcpServers\": {},\r\n}", File.ReadAllText(file));
        Assert.True(File.Exists(_files.Project.PathOf(done.Backup!, "templates", "team", "mine.json")));
        Assert.Equal("x-y", _files.Library.Resolve("team/mine").AgentType);
    }

    [Fact]
    public void Running_it_again_changes_nothing_and_makes_no_backup()
    {
        string file = _files.Write("templates/mine.yaml", Old);
        Migration.Run(_time);
        DateTime changed = File.GetLastWriteTimeUtc(file);
        Assert.Equal((0, null), (Migration.Run(_time).Changes.Count, Migration.Run(_time).Backup));
        Assert.Equal(changed, File.GetLastWriteTimeUtc(file));
        Assert.Single(Directory.GetDirectories(_files.Project.PathOf(".agentcraft", "backups")));
    }

    [Fact]
    public void A_plan_shows_the_change_and_makes_none()
    {
        string file = _files.Write("templates/mine.yaml", Old);
        string diff = Assert.Single(Migration.Plan()).Diff;
        Assert.Contains("-version: \"1.0\"   # as the guidelines have it\n+version: 2   # as the guidelines have it\n", diff, StringComparison.Ordinal);
        Assert.Equal(Old, File.ReadAllText(file));
        Assert.Equal(["configs"], Directory.EnumerateFileSystemEntries(_files.Project.PathOf(".agentcraft")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("version: \"1.0\"\nname: mine\nskils: []\n", "line 3, column 1: the file has no key 'skils'")]
    [InlineData("version: 1\ntype: a\nagentType: b\n", "line 3, column 1: 'agentType' is there twice")]
    [InlineData("version: 1\nsystemPrompt: ghp_abcdefghijkl1234567890\n", "line 2, column 14: instruction looks like a key")]
    public void A_file_with_a_mistake_stays_as_it_is_and_the_others_go_on(string text, string told)
    {
        string broken = _files.Write("templates/mine.yaml", text), good = _files.Write("templates/good.yaml", "version: 1\n");
        ConfigMigrated done = Migration.Run(_time);
        Assert.Contains(told, Assert.Single(done.Changes, change => change.Error is not null).Error, StringComparison.Ordinal);
        Assert.Equal((text, "version: 2\n"), (File.ReadAllText(broken), File.ReadAllText(good)));
        Assert.Equal(["good.yaml"], Directory.GetFiles(_files.Project.PathOf(done.Backup!, "templates")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Whoever_else_is_at_it_is_named_and_nothing_changes()
    {
        string file = _files.Write("templates/mine.yaml", Old);
        await using WorkerProcess other = WorkerProcess.Start("hold-edit", _files.Project.PathOf(".agentcraft", "configs"));
        await other.Next("held");
        AgentCraftException busy = Assert.Throws<AgentCraftException>(() => Migration.Run(_time));
        Assert.Equal(ErrorCodes.StoreBusy, busy.Code);
        Assert.Contains($"process {other.Pid}", busy.Message, StringComparison.Ordinal);
        Assert.Equal(Old, File.ReadAllText(file));
    }

    [Fact]
    public void What_a_killed_run_was_writing_is_taken_away_by_the_next()
    {
        _files.Write("templates/mine.yaml", Old);
        string remains = _files.Write($"templates/mine.yaml.17-{Guid.NewGuid():N}.tmp", "version"), other = _files.Write("templates/notes.tmp", "mine");
        Migration.Run(_time);
        Assert.Equal((false, true), (File.Exists(remains), File.Exists(other)));
    }

    [Fact]
    public void A_backup_folder_that_leads_out_of_the_project_is_refused_before_anything_changes()
    {
        string file = _files.Write("templates/mine.yaml", Old), outside = Directory.CreateTempSubdirectory("ac-out-").FullName;
        Directory.CreateSymbolicLink(_files.Project.PathOf(".agentcraft", "backups"), outside);
        Assert.Equal(ErrorCodes.NotAllowed, Assert.Throws<AgentCraftException>(() => Migration.Run(_time)).Code);
        Assert.Equal(Old, File.ReadAllText(file));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Directory.Delete(outside);
    }
}
