using AgentCraft.Data.Configuration;

namespace AgentCraft.Data.Tests.Configuration;

public sealed class ConfigCheckTests : IDisposable
{
    private readonly ConfigFiles _files = new();

    private IEnumerable<string> Findings => ConfigCheck.Run(_files.Project.Root).Findings.Select(finding => finding.ToString());

    public void Dispose() => _files.Dispose();

    [Fact]
    public void An_empty_project_and_one_with_good_files_pass()
    {
        Assert.Equal((true, 0), (ConfigCheck.Run(_files.Project.Root).Passed, ConfigCheck.Run(_files.Project.Root).Files));
        _files.Write("templates/a.yaml", "version: 2\n");
        _files.Write("handover/templates/b.md", "# B\n");
        _files.Write("../config.json", """{"toolsets": "all"}""");
        Assert.Equal((true, 3), (ConfigCheck.Run(_files.Project.Root).Passed, ConfigCheck.Run(_files.Project.Root).Files));
    }

    [Fact]
    public void Everything_that_is_wrong_in_every_file_is_told_at_once()
    {
        _files.Write("../config.json", "{\n  \"sqlite\": { \"writeTimeuot\": 5 },\n  \"readOnly\": \"yes\"\n}");
        _files.Write("templates/a.yaml", "version: 2\nskils: []\ntitle: 5\nskills: [none]\n");
        _files.Write("skills/b.yaml", "version: 1\ncontent: ok\nrequires: [c]\n");
        _files.Write("skills/c.yaml", "version: 1\ncontent: ok\nrequires: [b]\n");
        _files.Write("skills/Bad_Name.yaml", "version: 1\ncontent: ok\n");
        _files.Write("workflow/d.yaml", "version: 1\n");
        _files.Write("templates/old.yaml", "version: 1\n");
        _files.Write("handover/templates/e.md", "");
        _files.Write("handover/rules/e.yaml", "version: 1\nrules: [x]\n");
        _files.Write("handover/rules/orphan.yaml", "version: 1\nrules: []\n");
        string[] expected =
        [
            ".agentcraft/config.json, line 2, column 15: there is no setting 'sqlite.writeTimeuot'",
            ".agentcraft/config.json, line 3, column 3: readOnly must be true or false",
            ".agentcraft/configs/handover/rules/orphan.yaml: warning: there is no hand-over template of that name",
            ".agentcraft/configs/handover/templates/e.md, line 1: the template is empty",
            ".agentcraft/configs/skills/Bad_Name.yaml, line 1, column 1: the name must be in kebab-case",
            ".agentcraft/configs/skills/b.yaml, line 3, column 12: this closes a circle",
            ".agentcraft/configs/skills/c.yaml, line 3, column 12: this closes a circle",
            ".agentcraft/configs/templates/a.yaml, line 2, column 1: the file has no key 'skils'",
            ".agentcraft/configs/templates/a.yaml, line 3, column 8: title is the number 5",
            ".agentcraft/configs/templates/a.yaml, line 4, column 10: there is no skill 'none'",
            ".agentcraft/configs/templates/old.yaml: warning: it is written in version 1",
            ".agentcraft/configs/workflow: nothing is read from this folder. Did you mean 'workflows'?",
        ];
        string[] found = [.. Findings];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x.json", """{"version": 1, "schema": "code-reviewer", "handoverTemplate": "quick"}""", null)]
    [InlineData("x.json", "{\n\"version\": 1,\n\"schema\": \"none\"}", "x.json, line 3: there is no schema 'none'")]
    [InlineData("x.yaml", "version: 1\nhandoverTemplate: quik\n", "x.yaml, line 2: there is no hand-over template 'quik'. Did you mean 'quick'?")]
    [InlineData("x.yml", "version: 1\ncapabilites: []\n", "x.yml, line 2: ")]
    [InlineData("My_Type.json", """{"version": 1}""", "My_Type.json: a type is lower-case words joined by '-'. Rename the file to my-type.json.")]
    public void Agent_types_are_checked_with_what_they_refer_to(string file, string text, string? told)
    {
        _files.Write($"agents/{file}", text);
        string[] found = [.. Findings];
        Assert.Equal(told is null ? 0 : 1, found.Length);
        if (told is not null)
            Assert.StartsWith($".agentcraft/configs/agents/{told}", found[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", ", line 1, column 1: the file is empty")]
    [InlineData("{\n  \"a\": x\n}", ", line 2, column 8: this is no valid JSON")]
    [InlineData("[]", ", line 1, column 1: the file is an empty list; expected keys with values.")]
    [InlineData("{\n  \"sqlite\": {\n    \"writeTimeout\": 0\n  }\n}", ", line 3, column 5: sqlite.writeTimeout must be greater than 0")]
    [InlineData("{\n  \"HTTP\": {\"AllowedHosts\": [\"x\"]}\n}", ", line 2, column 12: http.allowedHosts is taken from the environment only")]
    [InlineData("{\n  \"store\": \"Host=x;Password=hunter22\"\n}", ", line 2, column 12: store looks like a key or token")]
    [InlineData("{\n  \"toolsets\": \"a\",\n  \"toolsets\": \"b\"\n}", ", line 3, column 3: 'toolsets' is there twice")]
    public void Settings_are_told_with_line_and_column(string json, string told)
    {
        _files.Write("../config.json", json);
        string finding = Assert.Single(Findings);
        Assert.StartsWith(".agentcraft/config.json" + told, finding, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_the_settings_is_refused_when_they_are_read_too()
    {
        _files.Write("../config.json", """{"project": "ghp_abcdefghijkl1234567890"}""");
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_files.Project.Root));
        Assert.Contains("project looks like a key or token, which the file must not hold: put it into the variable AGENTCRAFT__PROJECT", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("1234567890", refusal.Message, StringComparison.Ordinal);
    }
}
