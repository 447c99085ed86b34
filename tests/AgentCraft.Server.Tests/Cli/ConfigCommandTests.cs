using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft config</c>, as a person and a build call it.</summary>
public sealed class ConfigCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Check_warns_of_an_agent_to_be_notified_that_there_is_not_and_makes_no_store_to_find_out()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), """{"monitoring": {"notify": "ann"}}""");
        Assert.Equal((0, "Passed: 1 file checked, 0 errors, 0 warnings.\n", ""), await Run("config", "check"));
        Assert.False(File.Exists(_project.CentralFile));
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        (await server.Call("start_session", new { agent = "bob" })).Succeeded();
        Assert.Equal((0, """
            .agentcraft/config.json: warning: monitoring.notify names 'ann', and there is no such agent: it gets no message until it registers.
            Passed: 1 file checked, 0 errors, 1 warning.

            """, ""), await Run("config", "check"));
        (await server.Call("start_session", new { agent = "Ann" })).Succeeded();
        Assert.Equal((0, "Passed: 1 file checked, 0 errors, 0 warnings.\n", ""), await Run("config", "check"));
    }

    [Fact]
    public async Task Check_tells_all_that_is_wrong_at_once_and_exits_with_1()
    {
        Assert.Equal((0, "Passed: 0 files checked, 0 errors, 0 warnings.\n", ""), await Run("config", "check"));
        Write("templates/a.yaml", "version: 2\nskils: []\ntitle: 5\n");
        Write("skills/b.json", """{"version": 1, "rules": []}""");
        Write("templates/old.yaml", "version: \"1.0\"\n");
        (int code, string text, string error) = await Run("config", "check");
        Assert.Equal((1, ""), (code, error));
        Assert.Equal("""
            .agentcraft/configs/skills/b.json, line 1, column 25: rules is an empty list; expected at least 1.
            .agentcraft/configs/templates/a.yaml, line 2, column 1: the file has no key 'skils'. Did you mean 'skills'? Expected one of $schema, version, name, title, description, extends, agentType, instruction, launchMode, capabilities, skills, workflow, prompts, mcpServers.
            .agentcraft/configs/templates/a.yaml, line 3, column 8: title is the number 5; expected one line of text, at most 200 characters.
            .agentcraft/configs/templates/old.yaml: warning: it is written in version 1 of its format; today's is 2. It is read all the same; agentcraft config migrate brings it forward.
            Failed: 3 files checked, 3 errors, 1 warning.

            """, text);
        JsonElement json = JsonElement.Parse((await Run("config", "check", "--json")).Output);
        Assert.False(json.GetProperty("passed").GetBoolean());
        JsonElement first = json.GetProperty("findings")[0];
        Assert.Equal((".agentcraft/configs/skills/b.json", 1, 25, "error"),
            (first.GetProperty("path").GetString(), first.GetProperty("line").GetInt32(), first.GetProperty("column").GetInt32(), first.GetProperty("severity").GetString()));
        Assert.Equal(["configs"], Directory.EnumerateFileSystemEntries(_project.PathOf(".agentcraft")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_example_in_the_README_passes_and_resolves()
    {
        string readme = (await File.ReadAllTextAsync(Path.Combine(ServerExecutable.RepositoryRoot, "README.md"))).ReplaceLineEndings("\n");
        MatchCollection files = Regex.Matches(readme, @"```yaml\n# \.agentcraft/configs/(?<path>\S+)\n(?<text>[^\0]*?)```");
        Assert.Equal(["templates/api-builder.yaml", "skills/house-rules.yaml"], files.Select(file => file.Groups["path"].Value));
        foreach (Match file in files)
            Write(file.Groups["path"].Value, file.Groups["text"].Value);
        Assert.Equal((0, "Passed: 2 files checked, 0 errors, 0 warnings.\n", ""), await Run("config", "check"));
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "instances"]);
        ToolAnswer builder = await server.Call("get_template", new { name = "api-builder" });
        Assert.Equal(["small-commits", "shared-memory", "house-rules"], builder.At("skills").EnumerateArray().Select(skill => skill.GetProperty("name").GetString()));
        Assert.Equal("${GITHUB_TOKEN}", builder.GetText("mcpServers.github.env.GITHUB_TOKEN"));
    }

    [Fact]
    public async Task Show_says_of_each_setting_who_set_it_and_hides_secrets()
    {
        Write("../config.json", "{\n  // mine\n  \"sqlite\": {\n    \"writeTimeout\": 250,\n    \"synchronous\": \"normal\"\n  },\n  \"toolsets\": \"core,tasks\"\n}\n");
        Dictionary<string, string> environment = new()
        {
            ["AGENTCRAFT__STORE"] = "Host=db.example;Username=u;Password=hush-hush", ["AGENTCRAFT__SQLITE__WRITETIMEOUT"] = "700", ["AGENTCRAFT__HTTP__ALLOWEDHOSTS__0"] = "ide.example",
        };
        (int code, string text, string error) = await Run(environment, "config", "show", "--toolsets", "all", "--url", "http://127.0.0.1:1", "--read-only");
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        foreach (string line in new[]
        {
            @"store +""PostgreSQL db\.example:5432/u \(agentcraft\), password \*\*\*"" +AGENTCRAFT__STORE", @"toolsets +""all"" +--toolsets", "readOnly +true +--read-only", "project +none +default",
            "sqlite.writeTimeout +700 +AGENTCRAFT__SQLITE__WRITETIMEOUT", @"sqlite.synchronous +""normal"" +\.agentcraft/config\.json, line 5", "agents.liveSeconds +300 +default",
            @"http.url +""http://127.0.0.1:1"" +--url", @"http.allowedHosts +\[""ide.example""\] +AGENTCRAFT__HTTP__ALLOWEDHOSTS__0",
        })
            Assert.Matches($"(?m)^{line}$", text);
        JsonElement[] settings = [.. JsonElement.Parse((await Run(environment, "config", "show", "--json")).Output).GetProperty("settings").EnumerateArray()];
        JsonElement timeout = settings.Single(setting => setting.GetProperty("name").ValueEquals("sqlite.writeTimeout")), toolsets = settings.Single(setting => setting.GetProperty("name").ValueEquals("toolsets"));
        Assert.Equal((700, "environment"), (timeout.GetProperty("value").GetInt32(), timeout.GetProperty("source").GetString()));
        Assert.Equal(("core,tasks", "file", ".agentcraft/config.json, line 7"), (toolsets.GetProperty("value").GetString(), toolsets.GetProperty("source").GetString(), toolsets.GetProperty("where").GetString()));
    }

    [Theory]
    [InlineData("{\n  \"sqlite\": {\"writeTimeout\": 0}\n}", ".agentcraft/config.json, line 2, column 14: sqlite.writeTimeout must be greater than 0, not 0.")]
    [InlineData("{\n  \"toolset\": \"all\"\n}", ".agentcraft/config.json, line 2, column 3: there is no setting 'toolset'; did you mean 'toolsets'.")]
    [InlineData("{\n", ".agentcraft/config.json, line 2, column 1: this is no valid JSON: ")]
    public async Task What_cannot_be_shown_is_told_with_its_place(string json, string told)
    {
        Write("../config.json", json);
        (int code, string output, string error) = await Run("config", "show");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith(told, error, StringComparison.Ordinal);
        Dictionary<string, string> environment = new() { ["AGENTCRAFT__HTTP__IDLEMINUTES"] = "long" };
        (code, output, error) = await Run(environment, "config", "check");
        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith(told, output, StringComparison.Ordinal);
        Assert.Contains("\nAGENTCRAFT__HTTP__IDLEMINUTES: http.IDLEMINUTES must be a number, not 'long'.\n", output.Replace("HTTP.", "http.", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_shows_makes_and_repeats_nothing()
    {
        const string Old = "# mine\nversion: \"1.0\" # old\nname: a\ntype: coder\n", New = "# mine\nversion: 2 # old\nname: a\nagentType: coder\n";
        string file = Write("templates/a.yaml", Old);
        (int code, string plan, _) = await Run("config", "migrate", "--dry-run");
        Assert.Equal(0, code);
        Assert.Contains("-type: coder\n+agentType: coder\n", plan, StringComparison.Ordinal);
        Assert.EndsWith("1 file would be changed. Without --dry-run the old one is kept in .agentcraft/backups.\n", plan, StringComparison.Ordinal);
        Assert.Equal(Old, await File.ReadAllTextAsync(file));
        JsonElement done = JsonElement.Parse((await Run("config", "migrate", "--json")).Output);
        Assert.Equal(New, await File.ReadAllTextAsync(file));
        Assert.Equal(Old, await File.ReadAllTextAsync(_project.PathOf(done.GetProperty("backup").GetString()!, "templates", "a.yaml")));
        Assert.Equal((0, "Nothing to migrate.\n", ""), await Run("config", "migrate"));
        Write("templates/b.yaml", "version: 1\nskils: []\n");
        (code, string text, _) = await Run("config", "migrate");
        Assert.Equal(1, code);
        Assert.StartsWith(".agentcraft/configs/templates/b.yaml stays in version 1 until it is corrected: .agentcraft/configs/templates/b.yaml, line 2, column 1: the file has no key 'skils'.", text, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_is_killed_leaves_every_file_whole_with_a_backup_and_the_next_finishes()
    {
        const int Files = 150, Rounds = 12;
        Dictionary<string, string> old = [];
        for (int i = 0; i < Files; i++)
            old[Write($"templates/t{i}.yaml", Old(i))] = Old(i);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        for (int round = 0; round < Rounds; round++)
        {
            using Process migration = Start([], "config", "migrate");
            // Killed after a few more files than the round before, so that it dies at many different places.
            while (!migration.HasExited && old.Keys.Count(file => File.ReadAllText(file).StartsWith("version: 2", StringComparison.Ordinal)) <= round * Files / Rounds && !limit.IsCancellationRequested)
                Thread.Yield();
            migration.Kill();
            await migration.WaitForExitAsync(limit.Token);
            string[] backups = Directory.Exists(_project.PathOf(".agentcraft", "backups")) ? Directory.GetDirectories(_project.PathOf(".agentcraft", "backups")) : [];
            foreach ((string file, string before) in old)
            {
                string text = await File.ReadAllTextAsync(file);
                Assert.True(text == before || text == before.Replace("version: \"1.0\"", "version: 2", StringComparison.Ordinal).Replace("type:", "agentType:", StringComparison.Ordinal), $"{file} is neither old nor new: {text}");
                Assert.True(text == before || backups.Any(backup => Path.Combine(backup, "templates", Path.GetFileName(file)) is var kept && File.Exists(kept) && File.ReadAllText(kept) == before), $"{file} was changed without a backup.");
            }
        }
        Assert.Equal(0, (await Run("config", "migrate")).Code);
        Assert.All(old.Keys, file => Assert.StartsWith("version: 2", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.Equal("Nothing to migrate.\n", (await Run("config", "migrate")).Output);
        Assert.Empty(Directory.EnumerateFiles(_project.PathOf(".agentcraft", "configs"), "*.tmp", SearchOption.AllDirectories));

        static string Old(int i) => $"version: \"1.0\"\ntype: coder # {new string('x', i * 20)}\n";
    }

    [Fact]
    public async Task Six_migrations_at_once_change_each_file_once_and_all_succeed()
    {
        for (int i = 0; i < 40; i++)
            Write($"templates/t{i}.yaml", "version: 1\ntype: coder\n");
        (int Code, string Output, string Error)[] runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Run("config", "migrate")));
        Assert.All(runs, run => Assert.Equal((0, ""), (run.Code, run.Error)));
        Assert.Equal(40, runs.Sum(run => run.Output.Split('\n').Count(line => line.EndsWith("version 1 is now 2", StringComparison.Ordinal))));
        Assert.Single(Directory.GetDirectories(_project.PathOf(".agentcraft", "backups")));
    }

    private string Write(string path, string text)
    {
        string file = _project.PathOf([".agentcraft", "configs", .. path.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    private Task<(int Code, string Output, string Error)> Run(params string[] arguments) => Run([], arguments);

    private async Task<(int Code, string Output, string Error)> Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(environment, arguments);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    private Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(ServerExecutable.Path, arguments)
        {
            WorkingDirectory = _project.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
