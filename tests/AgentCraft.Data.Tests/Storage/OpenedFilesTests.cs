using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.History;
using AgentCraft.Data.Pruning;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Questions about a whole project open no agent's file but the one that holds the answer. PostgreSQL has no files.</summary>
public sealed class OpenedFilesTests : IAsyncLifetime
{
    private const int Agents = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryProject _project = new();
    private string _handover = "";

    /// <summary>Twelve agents with history and outputs, two of them of one path; two hand-overs.</summary>
    public async Task InitializeAsync()
    {
        await using Stores stores = Open();
        await stores.ProjectChanges.Create(new() { Name = "other" }, null);
        for (int i = 0; i < Agents; i++)
        {
            await stores.Agents.Register(new() { Name = AgentName.Parse($"agent-{i}") });
            await stores.History.Append(new() { Agent = $"agent-{i}", Entries = [new() { Role = HistoryRole.User, Content = "Go." }] }, null);
            await stores.Outputs.Record(new() { Agent = $"agent-{i}", Path = $"out/{i}.txt", Content = $"common word{i}" }, null);
        }
        await stores.Outputs.Record(new() { Agent = "agent-3", Path = "shared.txt", Content = "first" }, null);
        await stores.Outputs.Record(new() { Agent = "agent-5", Path = "shared.txt", Content = "second" }, null);
        foreach (string author in new[] { "agent-1", "agent-2" })
            _handover = (await stores.Handovers.Create(new() { Author = author, Template = "quick" }, null)).Id;
        // Once nothing has been written for a moment, the words are in the index of the central file.
        await Eventually.Become(() => Indexed(stores), Limit, "all outputs are indexed");
    }

    public Task DisposeAsync()
    {
        _project.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public Task Lists_of_outputs_and_of_their_paths_open_none() => Opens([], async stores =>
    {
        Assert.Equal(2, (await stores.OutputLists.List(new() { Path = "shared.txt" }, new())).Outputs.Count);
        Assert.Equal(Agents + 2, (await stores.OutputLists.List(new(), new())).Total);
        Assert.Equal(Agents + 1, (await stores.OutputLists.ListPaths(new(), 100, null)).Paths.Count);
    });

    [Fact]
    public Task An_output_opens_its_maker_s() => Opens(["agent-5"], async stores =>
        Assert.Equal("second", (await stores.OutputReading.Get(new() { Path = "shared.txt" })).Content));

    [Fact]
    public Task A_difference_opens_those_of_the_makers_of_both_versions() => Opens(["agent-3", "agent-5"], async stores =>
        Assert.Equal(1, (await stores.OutputReading.Get(new() { Path = "shared.txt", Diff = true })).Diff!.Added));

    [Fact]
    public Task A_search_opens_those_of_what_it_shows() => Opens(["agent-7"], async stores =>
    {
        Assert.Empty((await stores.OutputSearch.Find("nowhere", new(), false, new())).Outputs);
        Assert.Single((await stores.OutputSearch.Find("word7", new(), false, new())).Outputs);
    });

    [Fact]
    public Task A_page_of_a_search_opens_no_more_than_it_has_hits() => Opens(["agent-10", "agent-11"], async stores =>
        Assert.Equal(Agents, (await stores.OutputSearch.Find("common", new(), false, new() { Limit = 2 })).Total));

    [Fact]
    public Task Hand_overs_open_their_keeper_s() => Opens([HandoverSettings.AgentType], async stores =>
    {
        Assert.Equal(2, (await stores.Handovers.List(new())).Handovers.Count);
        Assert.Single((await stores.Handovers.List(new() { Author = "agent-1" })).Handovers);
        Assert.Equal("agent-2", (await stores.Handovers.Get(_handover, null)).Handover.Author);
        await stores.Handovers.FindNewest("agent-1");
    });

    [Fact]
    public Task Numbers_and_lists_of_the_project_open_none() => Opens([], async stores =>
    {
        Assert.Equal(Agents + 1, (await stores.ProjectStatistics.Get(null)).Agents.Values.Sum());
        await stores.ProjectStatistics.Get("other");
        Assert.Equal(Agents + 2, (await stores.Pruning.Prune(new() { Kind = RecordKind.Outputs, Filter = new() { Type = "file" } }, confirm: false)).Rows);
        Assert.False((await stores.ProjectDeletion.Delete("other", confirm: null, by: null)).Deleted);
    });

    [Fact]
    public Task Pruning_one_agent_s_history_opens_its_own() => Opens(["agent-4"], async stores =>
        Assert.Equal(1, (await stores.Pruning.Prune(new() { Kind = RecordKind.History, Filter = new() { Agent = "agent-4" } }, confirm: true)).Rows));

    [Fact]
    public Task Deleting_a_project_opens_those_of_its_agents_and_the_keeper_s() => Opens([HandoverSettings.AgentType], async stores =>
        Assert.True((await stores.ProjectDeletion.Delete("other", confirm: "other", by: null)).Deleted));

    private async Task Opens(IEnumerable<string> agents, Func<Stores, Task> ask)
    {
        await using Stores stores = Open();
        await ask(stores);
        Assert.Equal(agents.Select(_project.AgentFile).Order(), stores.Databases.OpenAgentFiles.Order());
    }

    private static Task<bool> Indexed(Stores stores) => stores.Databases.Central.Read(
        c => c.First<bool>("SELECT indexed_seq = (SELECT max(seq) FROM outputs) FROM search_progress WHERE noun = 'outputs'"));

    private Stores Open() => new(_project.Root, new Settings { Project = "home" }, TimeProvider.System);
}
