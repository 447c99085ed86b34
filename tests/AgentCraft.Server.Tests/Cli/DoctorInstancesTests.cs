using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary>What <c>agentcraft doctor</c> says and does about instances.</summary>
[OnEveryEngine]
public sealed class DoctorInstancesTests : IAsyncLifetime
{
    private const string Rows = "SELECT name || ' ' || template_ref || ' ' || state || ' ' || id || ' ' || logged_event || ' ' || CAST(revision AS TEXT) FROM instances ORDER BY name";
    private readonly TemporaryProject _project = new();

    public async Task InitializeAsync()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        foreach (string name in new[] { "rita", "rudi", "rosa" })
            (await server.Call("create_instance", new { agent = "alice", name, template = "reviewer" })).Succeeded();
        foreach (string to in new[] { "Initializing", "Ready", "Running" })
            (await server.Call("transition_instance", new { agent = "alice", name = "rudi", to, pid = 2_000_000_000 })).Succeeded();
    }

    public Task DisposeAsync()
    {
        _project.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_look_changes_nothing()
    {
        await File.WriteAllTextAsync(_project.PathOf(".agents", "rosa", ".agentcraft.json"), "{");
        string text = (await Run(0)).ReplaceLineEndings("\n");
        Assert.Contains("  warning  Instances      2 (1 Created, 1 Running)\n", text, StringComparison.Ordinal);
        Assert.Contains("\nwarning · Instances\n  .agents/rosa: it is no valid JSON (line 1)", text, StringComparison.Ordinal);
        Assert.Contains("  rudi is Running, and its process 2000000000 is gone.\n", text, StringComparison.Ordinal);
        JsonElement instances = JsonElement.Parse(await Run(0, "--json")).GetProperty("instances");
        Assert.Equal((2, 1), (instances.GetProperty("total").GetInt32(), instances.GetProperty("states").GetProperty("Running").GetInt32()));
        Assert.Equal(".agents/rosa", Assert.Single(instances.GetProperty("broken").EnumerateArray()).GetProperty("directory").GetString());
        Assert.True(File.Exists(_project.PathOf(".agents", "rosa", ".agentcraft.json")));
    }

    [Fact]
    public async Task An_emptied_index_is_made_again_with_the_same_rows()
    {
        // First what is to be put right anyway.
        Assert.Contains("rudi has stopped. It was Running and its process 2000000000 is gone.", await Run(0, "--reindex"), StringComparison.Ordinal);
        using StoreView central = StoreView.Central(_project);
        string[] before = [.. central.Texts(Rows)];
        Assert.Equal(3, before.Length);
        await using (Data.Storage.Databases store = new(_project.Root, new Data.Storage.StoreSettings { Postgres = _project.Store }, TimeProvider.System))
            await store.Central.Write(c => c.Execute("DELETE FROM instances"));
        Assert.Empty(central.Texts(Rows));
        JsonElement report = JsonElement.Parse(await Run(0, "--reindex", "--json")).GetProperty("instances");
        Assert.Equal(3, report.GetProperty("total").GetInt32());
        Assert.Equal(before, central.Texts(Rows));
        Assert.Equal(1 + 1 + 1 + 3 + 1, central.Count("SELECT count(*) FROM session_events WHERE entity_type = 'instance'"));
    }

    [Fact]
    public async Task A_broken_file_is_moved_aside()
    {
        await File.WriteAllTextAsync(_project.PathOf(".agents", "rosa", ".agentcraft.json"), "{");
        JsonElement moved = Assert.Single(JsonElement.Parse(await Run(0, "--reindex", "--json")).GetProperty("instances").GetProperty("moved").EnumerateArray());
        Assert.Equal("{", await File.ReadAllTextAsync(_project.PathOf(moved.GetProperty("movedTo").GetString()!.Split('/'))));
        Assert.True(File.Exists(_project.PathOf(".agents", "rosa", "AGENTS.md")));
    }

    private async Task<string> Run(int exitCode, params string[] arguments)
    {
        ProcessStartInfo start = new(ServerExecutable.Path, ["doctor", "--root", _project.Root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[TestStore.Variable] = _project.Store;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == exitCode, await error);
        return await output;
    }
}
