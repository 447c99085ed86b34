using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Instances;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Paths;

/// <summary>One table of hostile paths over every place at which a client or a file of the project names one.</summary>
public sealed class PathEntryTests : IAsyncLifetime
{
    private const string Secret = "nobody outside may see this";
    private static readonly string[] Refusals =
    [
        ErrorCodes.InvalidArgument, ErrorCodes.InvalidText, ErrorCodes.InvalidName, ErrorCodes.InvalidConfiguration, ErrorCodes.InvalidPattern, ErrorCodes.NotAllowed,
        ErrorCodes.NotFound, ErrorCodes.PayloadTooLarge, ErrorCodes.StoreUnavailable,
    ];

    private static readonly Dictionary<string, Func<PathEntryTests, string, Task>> Entries = new()
    {
        ["record_output of a file"] = (t, path) => t._stores.Outputs.Record(new() { Agent = "alice", Path = path }, null),
        ["get_output"] = (t, path) => t._stores.OutputReading.Get(new() { Path = path }),
        ["create_instance, name"] = (t, path) => t.Create(path, "builder"),
        ["create_instance, template"] = (t, path) => t.Create("i", path),
        ["transition_instance"] = (t, path) => t._stores.Instances.Transition(new() { Name = path, To = InstanceState.Initializing }),
        ["get_template"] = (t, path) => Task.Run(() => t._stores.Configs.Resolve(path)),
        ["a skill that a template names"] = (t, path) => t.UseSkill(path),
        ["create_handover, template"] = (t, path) => t._stores.Handovers.Create(new() { Author = "alice", Template = path }, null),
        ["the setting handover.path"] = (t, path) => Task.Run(() => PublishedFile.Write(t.Root, t.Load(path).Handover.Path, "x")),
        ["where a hand-over is published"] = (t, path) => Task.Run(() => PublishedFile.Write(t.Root, path, "x")),
        ["where a hand-over is withdrawn"] = (t, path) => Task.Run(() => PublishedFile.Withdraw(t.Root, path, Secret)),
        ["register_agent"] = (t, path) => Task.Run(() => Data.Agents.AgentName.Parse(path)),
    };

    /// <summary>Places that are given globs, which a device or a dot at the end does not matter to: they are compared and never opened.</summary>
    private static readonly Dictionary<string, Func<PathEntryTests, string, Task>> GlobEntries = new()
    {
        ["claim_paths"] = (t, path) => t._stores.Claims.Claim(new() { Agent = "alice", Patterns = [path] }, null),
    };

    private readonly TemporaryProject _folder = new();
    private Stores _stores = null!;

    private string Root => _folder.PathOf("root");

    public static TheoryData<string> EntryNames => [.. Entries.Keys];

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Root, "docs"));
        _stores = new(Root, new Settings(), TimeProvider.System);
        await _stores.Agents.Register(new() { Name = Data.Agents.AgentName.Parse("alice") });
        foreach (string folder in new[] { _folder.PathOf("root-evil"), _folder.PathOf("outside") })
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, "secret.md"), Secret);
        await File.WriteAllTextAsync(Path.Combine(Root, "docs", "real.md"), "inside");
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateSymbolicLink(Path.Combine(Root, "out"), _folder.PathOf("outside"));
        Directory.CreateSymbolicLink(Path.Combine(Root, "docs", "up"), "../../root-evil");
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _folder.Dispose();
    }

    private IEnumerable<string> Hostile =>
    [
        "..", "../outside/secret.md", "docs/../../outside/secret.md", "docs/..", "../root-evil/secret.md", "./../outside/secret.md",
        "/etc/passwd", _folder.PathOf("outside", "secret.md"), _folder.PathOf("root-evil", "secret.md"), "//etc/passwd", "C:/Windows/x.md", "c:x.md", "\\\\server\\share\\x.md",
        "..\\outside\\secret.md", "docs\\real.md", "out/secret.md", "docs/up/secret.md",
        "docs/real.md\0", "\0", "docs/\0/x.md", "nul", "nul.md", "docs/CON.md", "aux/x.md", "com1.md", "lpt9",
        "docs./real.md", "docs /real.md", "docs/real.md.", "docs/real.md ", "...", "", ".", "docs//real.md", "/", new string('a', 5000), string.Join('/', Enumerable.Repeat("a", 3000)),
        "docs/\n/real.md", "\u001b[31m",
    ];

    [Theory]
    [MemberData(nameof(EntryNames))]
    public async Task No_path_leads_out_of_the_project(string entry)
    {
        string before = Outside();
        foreach (string path in Hostile)
        {
            Exception? refused = await Record.ExceptionAsync(() => Entries[entry](this, path));
            Assert.True(refused is AgentCraftException known && Refusals.Contains(known.Code), $"{entry} with '{Text.Shown(path)}': {refused?.ToString() ?? "was taken"}");
            Assert.DoesNotContain(Secret, refused!.Message, StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(refused.Message));
        }
        Assert.Equal(before, Outside());
        Assert.Equal(["real.md"], Directory.GetFiles(Path.Combine(Root, "docs")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_glob_leads_out_of_it_as_little()
    {
        foreach (string path in new[] { "../x", "docs/../../x", "/etc/*", "C:/x", "docs\\real.md", "{docs,..}/x", "a\0b" })
            Assert.Contains((await Assert.ThrowsAsync<AgentCraftException>(() => GlobEntries["claim_paths"](this, path))).Code, Refusals);
    }

    [Fact]
    public void What_a_document_cites_outside_of_the_project_is_missing()
    {
        foreach (string path in Hostile.Where(path => path.Length is > 0 and < 200 && !path.Any(char.IsControl)))
            Assert.DoesNotContain(CitationReport.Of(MarkdownOutline.Parse($"See `{path}` and [it](<{path}>).\n"), Root).Files,
                file => file.State != FileState.Missing && file.Path is not ("docs" or "docs/real.md" or "etc"));
    }

    [Requires(Need.Unix, "it makes links")]
    public async Task An_agent_s_own_file_is_not_opened_through_a_link_and_neither_is_a_schema()
    {
        await _stores.Agents.Register(new() { Name = Data.Agents.AgentName.Parse("mallory"), Type = "mine" });
        string types = Directory.CreateDirectory(Path.Combine(Root, ".agentcraft", "schemas", "agents", "mine")).FullName;
        await File.WriteAllTextAsync(_folder.PathOf("outside", "0001-mine.sql"), "-- up\nCREATE TABLE mine (seq INTEGER PRIMARY KEY AUTOINCREMENT, agent_id TEXT NOT NULL);\n-- down\nDROP TABLE mine;\n");
        File.CreateSymbolicLink(Path.Combine(types, "0001-mine.sql"), _folder.PathOf("outside", "0001-mine.sql"));
        string before = Outside();
        await Assert.ThrowsAsync<AgentCraftException>(() => Say("mallory"));
        Directory.Delete(types, recursive: true);

        Directory.CreateDirectory(Path.Combine(Root, ".agents"));
        Directory.CreateSymbolicLink(Path.Combine(Root, ".agents", "alice"), _folder.PathOf("outside"));
        Assert.Equal(ErrorCodes.NotAllowed, (await Assert.ThrowsAsync<AgentCraftException>(() => Say("alice"))).Code);
        Assert.Equal(before, Outside());
    }

    [Fact]
    public async Task The_same_places_take_what_is_inside()
    {
        await _stores.Outputs.Record(new() { Agent = "alice", Path = "docs/real.md" }, null);
        PublishedFile.Write(Root, "docs/new/handover.md", "x");
        Assert.Equal("docs/handover.md", Load("docs/handover.md").Handover.Path);
        Assert.True((await Create("i", "builder")).Created);
        Assert.Equal(FileState.Present, Assert.Single(CitationReport.Of(MarkdownOutline.Parse("`docs/real.md`"), Root).Files).State);
    }

    private Task<CreatedInstance> Create(string name, string template) => _stores.Instances.Create(new() { Name = name, Template = template, By = "alice" }, new() { Command = "agentcraft" });

    private Task Say(string agent) => _stores.History.Append(new() { Agent = agent, Entries = [new() { Role = Data.History.HistoryRole.User, Content = "x" }] }, null);

    private Task UseSkill(string path)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, ".agentcraft", "configs", "templates")).FullName;
        File.WriteAllText(Path.Combine(folder, "mine.json"), System.Text.Json.JsonSerializer.Serialize(new { version = 2, agentType = "x", skills = new[] { path } }));
        return Task.Run(() => _stores.Configs.Resolve("mine"));
    }

    private Settings Load(string path)
    {
        Directory.CreateDirectory(Path.Combine(Root, ".agentcraft"));
        File.WriteAllText(SettingsFile.PathOf(Root), System.Text.Json.JsonSerializer.Serialize(new { handover = new { path } }));
        try
        {
            return SettingsFile.Load(Root);
        }
        finally
        {
            File.Delete(SettingsFile.PathOf(Root));
        }
    }

    /// <summary>Everything beside the root.</summary>
    private string Outside() => string.Join('\n', new[] { "root-evil", "outside" }.SelectMany(folder => Directory.GetFileSystemEntries(_folder.PathOf(folder), "*", SearchOption.AllDirectories))
        .Concat(Directory.GetFileSystemEntries(_folder.Root)).Order(StringComparer.Ordinal).Select(path => $"{path} {(File.Exists(path) ? File.ReadAllText(path) : "")}"));
}
