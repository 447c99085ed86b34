using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Configuration;

/// <summary>One class, so that its tests run one after the other: some set an environment variable.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Without_a_file_everything_has_its_default()
    {
        Assert.Equal(new Settings(), SettingsFile.Load(_project.Root));
        Assert.Equal(new Settings(), SettingsFile.Load(_project.PathOf("no", "such", "directory")));
        Write("{}");
        Assert.Equal(new Settings(), SettingsFile.Load(_project.Root));
    }

    [Fact]
    public void A_file_with_comments_and_trailing_commas_sets_what_it_names()
    {
        Write("""
            {
              // how durable
              "sqlite": { "synchronous": "normal", "writeTimeout": 250, /* ms */ "library": "bundled", },
              "Agents": { "LIVESECONDS": 60, "maxOpenFiles": 3 },
              "toolsets": "core,tasks", "readOnly": true,
            }
            """);
        Settings settings = SettingsFile.Load(_project.Root);
        Assert.Equal((Synchronous.Normal, 250, "bundled"), (settings.Sqlite.Synchronous, settings.Sqlite.WriteTimeout, settings.Sqlite.Library));
        Assert.Equal((60, 3), (settings.Agents.LiveSeconds, settings.Agents.MaxOpenFiles));
        Assert.Equal(("core,tasks", true), (settings.Toolsets, settings.ReadOnly));
        Assert.Equal(new Settings().Messages, settings.Messages);
    }

    [Theory]
    [InlineData("""{"sqlite": {"writeTimeuot": 5}}""", "writeTimeuot")]
    [InlineData("""{"squlite": {}, "other": 1}""", "other")]
    [InlineData("""{"sqlite": {"writeTimeout": "soon"}}""", "soon")]
    [InlineData("""{"sqlite": {"writeTimeout": 1.5}}""", "1.5")]
    [InlineData("""{"sqlite": {"writeTimeout": 0}}""", "greater than 0")]
    [InlineData("""{"sqlite": {"writeTimeout": -1}}""", "greater than 0")]
    [InlineData("""{"sqlite": {"writeTimeout": 99999999999}}""", "99999999999")]
    [InlineData("""{"sqlite": {"synchronous": "off"}}""", "off")]
    [InlineData("""{"agents": {"maxOpenFiles": 0}}""", "agents.maxOpenFiles must be greater than 0, not 0")]
    [InlineData("""{"agents": {"maxOpenFiles": 10001}}""", "agents.maxOpenFiles can be at most 10000, not 10001")]
    [InlineData("""{"agents": {"maxOpenFiles": "all"}}""", "agents.maxOpenFiles must be a whole number, not 'all'")]
    [InlineData("""{"stdio": {"maxLineBytes": 0}}""", "stdio.maxLineBytes")]
    [InlineData("""{"telemetry": {"endpoint": "http://elsewhere.example"}}""", "telemetry.endpoint is taken from the environment or the command line only")]
    [InlineData("""{"log": {"format": "xml"}}""", "log.format must be one of text, json, not 'xml'")]
    [InlineData("""{"monitoring": {"walBytes": -1}}""", "monitoring.walBytes must be 0, for never, or greater, not -1")]
    [InlineData("""{"monitoring": {"interval": 90000}}""", "monitoring.interval must be 0 to 86400, not 90000")]
    [InlineData("""{"monitoring": {"notify": "../x"}}""", "monitoring.notify is the name of an agent.")]
    [InlineData("""{"handover": {"agent": "../x"}}""", "handover.agent")]
    [InlineData("""{"readOnly": "yes"}""", "readOnly must be true or false, not 'yes'")]
    [InlineData("""{"readOnly": 1}""", "readOnly must be true or false, not '1'")]
    [InlineData("""{"toolsets": ["core"]}""", "toolsets must be text")]
    [InlineData("""{"sqlite": {""", "JSON")]
    [InlineData("""[1]""", "JSON")]
    [InlineData("", "JSON")]
    public void What_cannot_be_used_is_invalid_configuration_that_names_the_file_and_the_fault(string json, string named)
    {
        Write(json);
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root));
        Assert.Equal(ErrorCodes.InvalidConfiguration, refusal.Code);
        Assert.Contains(SettingsFile.PathOf(_project.Root), refusal.Message);
        Assert.Contains(named, refusal.Message);
    }

    [Theory]
    [InlineData("{", "it is no valid JSON (line 1, byte 2).")]
    [InlineData("{\n \"a\": x}", "it is no valid JSON (line 2, byte 7).")]
    [InlineData("""{"messages":{"maxContentBytes":"many"}}""", "messages.maxContentBytes must be a whole number, not 'many'.")]
    [InlineData("""{"messages":{"maxContentByte":1}}""", "there is no setting 'messages.maxContentByte'; did you mean 'maxContentBytes'.")]
    [InlineData("""{"message":{"maxContentBytes":1}}""", "there is no setting 'message'; did you mean 'messages'.")]
    [InlineData("""{"messages":5}""", "messages must be an object.")]
    [InlineData("""{"messages":{"maxContentBytes":[1]}}""", "messages.maxContentBytes must be a whole number.")]
    [InlineData("""{"sqlite":{"synchronous":"sometimes"}}""", "sqlite.synchronous must be one of full, normal, not 'sometimes'.")]
    [InlineData("""{"http":{"allowedHosts":"ide.example"}}""", "http.allowedHosts must be a list of texts, not 'ide.example'.")]
    [InlineData("""{"http":{"idleMinutes":"long"}}""", "http.idleMinutes must be a number, not 'long'.")]
    public void What_cannot_be_used_is_told_in_words_for_who_wrote_it(string json, string fault)
    {
        Write(json);
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root));
        Assert.Equal($"{SettingsFile.PathOf(_project.Root)} or an AGENTCRAFT__… variable cannot be used: {fault}", refusal.Message);
    }

    [Fact]
    public void Empty_lists_and_broken_numbers_are_read()
    {
        Write("""{"http":{"allowedOrigins":[],"idleMinutes":0.5}}""");
        Settings settings = SettingsFile.Load(_project.Root);
        Assert.Empty(settings.Http.AllowedOrigins);
        Assert.Equal(0.5, settings.Http.IdleMinutes);
    }

    [Theory]
    [InlineData("""{"store":"Host=db.example;Username=u;Password=hush"}""", "store must not hold a password: put that into PGPASSWORD")]
    [InlineData("""{"http":{"allowedHosts":["evil.example"]}}""", "http.allowedHosts is taken from the environment only")]
    [InlineData("""{"http":{"allowedOrigins":["null"]}}""", "http.allowedOrigins is taken from the environment only")]
    [InlineData("""{"sqlite":{"library":"./evil.so"}}""", "sqlite.library must be auto, bundled, system or the absolute path of a library outside the project")]
    [InlineData("""{"handover":{"path":"../escape.md"}}""", "handover.path must be the path of an .md file")]
    [InlineData("""{"handover":{"path":"/etc/handover.md"}}""", "handover.path must be the path of an .md file")]
    [InlineData("""{"handover":{"path":".agentcraft/session.db"}}""", "handover.path must be the path of an .md file")]
    public void A_project_s_own_file_can_open_no_door(string json, string fault)
    {
        Write(json);
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root));
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_inside_the_project_is_refused_by_its_absolute_path_too()
    {
        Write("""{"sqlite":{"library":"LIBRARY"}}""".Replace("LIBRARY", _project.PathOf("native", "evil.so"), StringComparison.Ordinal));
        Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Code);
    }

    [Fact]
    public void A_directory_in_its_place_is_invalid_configuration()
    {
        Directory.CreateDirectory(SettingsFile.PathOf(_project.Root));
        // Nothing to read there: as if it were absent.
        Assert.Equal(new Settings(), SettingsFile.Load(_project.Root));
    }

    [Fact]
    public void An_environment_variable_overrides_the_file_and_is_checked_as_well()
    {
        Write("""{"sqlite": {"writeTimeout": 250, "library": "bundled"}}""");
        WithVariable("AGENTCRAFT__SQLITE__WRITETIMEOUT", "700", () =>
        {
            Settings settings = SettingsFile.Load(_project.Root);
            Assert.Equal((700, "bundled"), (settings.Sqlite.WriteTimeout, settings.Sqlite.Library));
        });
        WithVariable("AGENTCRAFT__SQLITE__WRITETIMEOUT", "never", () =>
            Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Code));
        Assert.Equal(250, SettingsFile.Load(_project.Root).Sqlite.WriteTimeout);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        Write("""
            {"sqlite": {"writeTimeout": "soon", "libary": "system"}, "sessions": {"archiveDays": -1}, "store": "Host=x;Password=hush",
             "performance": {"maxConnections": 0, "queryTimeout": -5}, "central": {"path": "../other.db"}, "agents": {"defaultSchema": "defualt"}}
            """);
        WithVariable("AGENTCRAFT__HANDOVER__PATH", "/etc/x.md", () =>
        {
            string message = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message;
            Assert.StartsWith($"{SettingsFile.PathOf(_project.Root)} or an AGENTCRAFT__… variable cannot be used for 9 reasons:\n- ", message, StringComparison.Ordinal);
            foreach (string fault in new[]
            {
                "sqlite.writeTimeout must be a whole number, not 'soon'.", "there is no setting 'sqlite.libary'; did you mean 'library'.",
                "sessions.archiveDays must be greater than 0, not -1.", "store must not hold a password", "performance.maxConnections must be greater than 0, not 0.",
                "performance.queryTimeout must be 0 to 3600000, not -5.", "central.path must be relative", "handover.path must be",
                "agents.defaultSchema: there is no schema 'defualt'. Did you mean 'default'?",
            })
                Assert.Contains($"\n- {fault}", message, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_file_that_is_no_JSON_does_not_hide_what_is_wrong_in_the_environment()
    {
        Write("{");
        WithVariable("AGENTCRAFT__SESSIONS__ARCHIVEDAYS", "0", () =>
        {
            string message = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message;
            Assert.Contains("no valid JSON", message, StringComparison.Ordinal);
            Assert.Contains("sessions.archiveDays must be greater than 0", message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_command_line_goes_before_the_environment_that_before_the_plan_s_names_and_those_before_the_file()
    {
        Write("""{"sessions": {"archiveDays": 1}, "performance": {"queryTimeout": 1, "maxConnections": 1}}""");
        WithVariable("DB_ARCHIVE_DAYS", "2", () => WithVariable("DB_QUERY_TIMEOUT", "2", () => WithVariable("DB_MAX_CONNECTIONS", "2", () =>
            WithVariable("AGENTCRAFT__PERFORMANCE__QUERYTIMEOUT", "3", () => WithVariable("AGENTCRAFT__PERFORMANCE__MAXCONNECTIONS", "3", () =>
            {
                Settings settings = SettingsFile.Load(_project.Root, commandLine: new Dictionary<string, string> { ["performance.maxConnections"] = "4" });
                Assert.Equal((2, 3, 4), (settings.Sessions.ArchiveDays, settings.Performance.QueryTimeout, settings.Performance.MaxConnections));
            })))));
        Assert.Equal((1, 1), (SettingsFile.Load(_project.Root).Performance.QueryTimeout, SettingsFile.Load(_project.Root).Sessions.ArchiveDays));
    }

    [Fact]
    public void A_name_of_the_plan_that_cannot_be_used_is_named_with_ours()
    {
        WithVariable("DB_MAX_CONNECTIONS", "many", () =>
        {
            string message = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message;
            Assert.Contains("performance.maxConnections must be a whole number, not 'many' (the variable DB_MAX_CONNECTIONS sets it, unless AGENTCRAFT__PERFORMANCE__MAXCONNECTIONS does)", message, StringComparison.Ordinal);
        });
        WithVariable("DB_MAX_CONNECTIONS", " ", () => Assert.Equal(20, SettingsFile.Load(_project.Root).Performance.MaxConnections));
    }

    [Fact]
    public void Every_setting_of_the_plan_has_its_name_in_the_environment()
    {
        foreach ((string name, string setting) in SettingsFile.Aliases)
            WithVariable(name, name == "DB_PATH" ? "data/x.db" : "7", () =>
            {
                object? value = SettingsFile.Load(_project.Root);
                foreach (string part in setting.Split(':'))
                    value = value!.GetType().GetProperties().Single(property => property.Name.Equals(part, StringComparison.OrdinalIgnoreCase)).GetValue(value);
                Assert.Equal(name == "DB_PATH" ? "data/x.db" : "7", value!.ToString());
            });
    }

    [Theory]
    [InlineData("store/session.db", true)]
    [InlineData(".agentcraft/other.db", true)]
    [InlineData("session.sqlite", false)]
    [InlineData(".db", false)]
    [InlineData("", false)]
    [InlineData("../session.db", false)]
    [InlineData("/tmp/session.db", false)]
    [InlineData(".agents/ann/data/agent.db", false)]
    [InlineData(".git/session.db", false)]
    public void The_central_file_of_a_project_s_own_file_is_a_database_inside_the_project(string path, bool isTaken)
    {
        Write("""{"central": {"path": "PATH"}}""".Replace("PATH", path, StringComparison.Ordinal));
        if (isTaken)
            Assert.Equal(path, SettingsFile.Load(_project.Root).Central.Path);
        else
            Assert.Contains("central.path must", Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Environment_and_command_line_may_put_the_central_file_elsewhere()
    {
        using TemporaryProject elsewhere = new();
        WithVariable("AGENTCRAFT__CENTRAL__PATH", elsewhere.PathOf("a.db"), () => Assert.Equal(elsewhere.PathOf("a.db"), SettingsFile.Load(_project.Root).Central.Path));
        Assert.Equal("../a.db", SettingsFile.Load(_project.Root, commandLine: new Dictionary<string, string> { ["central.path"] = "../a.db" }).Central.Path);
        WithVariable("AGENTCRAFT__CENTRAL__PATH", "/etc/passwd", () => Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)));
    }

    [Fact]
    public void Agent_types_are_mapped_to_schemas_that_there_are()
    {
        Write("""{"agents": {"defaultSchema": "doc-checker", "schemas": {"security-reviewer": "code-reviewer", "code-reviewer": "code-reviewer"}}}""");
        Settings settings = SettingsFile.Load(_project.Root);
        Assert.Equal(("doc-checker", "code-reviewer"), (settings.Agents.DefaultSchema, settings.Agents.Schemas["security-reviewer"]));
        Write("""{"agents": {"schemas": {"x": "code-reviever", "code-reviewer": "default", "y": "common"}}}""");
        string message = Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message;
        Assert.Contains("agents.schemas.x: there is no schema 'code-reviever'. Did you mean 'code-reviewer'?", message, StringComparison.Ordinal);
        Assert.Contains("agents.schemas.code-reviewer: that type ships with a schema of its own", message, StringComparison.Ordinal);
        Assert.Contains("agents.schemas.y: there is no schema 'common'", message, StringComparison.Ordinal);
        Write("""{"agents": {"schemas": ["x"]}}""");
        Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root));
        Write("""{"agents": {"schemas": "x=y"}}""");
        Assert.Contains("agents.schemas must be an object of texts, not 'x=y'", Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message, StringComparison.Ordinal);
    }

    private static void WithVariable(string name, string value, Action test)
    {
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            test();
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    private void Write(string json)
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(SettingsFile.PathOf(_project.Root), json);
    }
}
