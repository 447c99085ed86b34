using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Events;
using AgentCraft.Data.Instances;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Instances;

/// <summary>A project with an agent <c>alice</c> who makes instances, and what tests look at.</summary>
internal sealed class InstanceProject : IAsyncDisposable
{
    public static readonly ConfiguredMcpServer Own = new() { Command = "agentcraft", Args = ["serve", "--stdio"] };

    private readonly TemporaryProject _project = new();

    public InstanceProject() => Stores = Open();

    public string Root => _project.Root;

    public Stores Stores { get; }

    public static async Task<InstanceProject> Create()
    {
        InstanceProject project = new();
        await project.Stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
        return project;
    }

    /// <summary>As another process would.</summary>
    public Stores Open(int patience = 5000) =>
        new(Root, new Settings { Store = _project.Store ?? "", Sqlite = new() { WriteTimeout = patience } }, TimeProvider.System);

    public string PathOf(params string[] parts) => _project.PathOf(parts);

    public string FileOf(string name) => PathOf(".agents", name, ".agentcraft.json");

    public Task<CreatedInstance> Make(string name, string template = "reviewer", string? key = null) =>
        Stores.Instances.Create(new() { Name = name, Template = template, By = "alice" }, Own, key);

    public Task<SteppedInstance> Step(string name, InstanceState to, int? pid = null, string? reason = null) =>
        Stores.Instances.Transition(new() { Name = name, To = to, By = "alice", Pid = pid, Reason = reason });

    /// <summary>Brings a new instance by the shortest way to a state.</summary>
    public async Task<Instance> MakeIn(string name, InstanceState state, int? pid = null)
    {
        await Make(name);
        foreach (InstanceState step in WayTo(state))
            await Step(name, step, pid);
        return Stores.Instances.Get(name);
    }

    public static InstanceState[] WayTo(InstanceState state)
    {
        InstanceState[] running = [InstanceState.Initializing, InstanceState.Ready, InstanceState.Running];
        return state switch
        {
            InstanceState.Created => [],
            InstanceState.Initializing or InstanceState.Ready or InstanceState.Running => [.. running.TakeWhile(step => step <= state)],
            InstanceState.Failed => [InstanceState.Initializing, InstanceState.Failed],
            InstanceState.Stopped => [.. running, InstanceState.Stopping, InstanceState.Stopped],
            InstanceState.Restarting => [.. running, InstanceState.Crashed, InstanceState.Restarting],
            _ => [.. running, state],
        };
    }

    public JsonObject Json(string name) => (JsonObject)JsonNode.Parse(File.ReadAllText(FileOf(name)))!;

    /// <summary>Changes a metadata file by hand.</summary>
    public void Edit(string name, Action<JsonObject> edit)
    {
        JsonObject json = Json(name);
        edit(json);
        File.WriteAllText(FileOf(name), json.ToJsonString());
    }

    public void Write(string content, params string[] path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), content);
    }

    /// <summary>The steps of an instance that the log has, the oldest first: <c>Created</c>, <c>Created→Initializing</c> …</summary>
    public async Task<List<string>> Log(string name)
    {
        EventPage page = await Stores.Events.List(new() { EntityType = "instance", EntityId = Stores.Instances.Get(name).Id }, new() { Order = Data.Messages.ListOrder.Asc, Limit = 200 });
        return [.. page.Events.Select(e => e.Data.TryGetProperty("from", out var from) ? $"{from.GetString()}→{e.Data.GetProperty("to").GetString()}" : e.Data.GetProperty("to").GetString()!)];
    }

    /// <summary>The rows of the index but their numbers.</summary>
    public Task<List<string>> Index() => Stores.Databases.Central.Read(c => c.Query<string>("""
        SELECT id || ' ' || name || ' ' || name_key || ' ' || root || ' ' || template_ref || ' ' || state || ' ' || COALESCE(launch_mode, '-') || ' ' || COALESCE(CAST(pid AS TEXT), '-')
               || ' ' || COALESCE(process_started_at, '-') || ' ' || COALESCE(CAST(port AS TEXT), '-') || ' ' || COALESCE(health, '-') || ' ' || COALESCE(reason, '-')
               || ' ' || CAST(revision AS TEXT) || ' ' || logged_event || ' ' || created_at || ' ' || state_changed_at || ' ' || updated_at
        FROM instances ORDER BY name_key
        """));

    /// <summary>What lies in .corrupted.</summary>
    public string[] Corrupted() => Directory.Exists(PathOf(".agents", ".corrupted"))
        ? [.. Directory.GetFileSystemEntries(PathOf(".agents", ".corrupted"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(PathOf(".agents", ".corrupted"), path)).Order(StringComparer.Ordinal)] : [];

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        _project.Dispose();
    }
}
