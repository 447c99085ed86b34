using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Instances;

/// <summary>
/// Instances: directories with a metadata file, which is the truth. Each change is made by who holds the lock beside that file, in the file
/// first and then, in one transaction, in the index and the log.
/// </summary>
public sealed class InstanceStore
{
    private readonly Databases _databases;
    private readonly AgentStore _agents;
    private readonly ProjectStore _projects;
    private readonly InstanceIndex _index;
    private readonly IdempotencyKeys _keys;
    private readonly Func<string, ResolvedTemplate> _resolve;
    private readonly ProjectTree _tree;
    private readonly InstanceScan _scan;
    private readonly TimeSpan _patience;

    internal InstanceStore(Databases databases, AgentStore agents, ProjectStore projects, InstanceIndex index, IdempotencyKeys keys,
        Func<string, ResolvedTemplate> resolve, TimeSpan patience)
    {
        (_databases, _agents, _projects, _index, _keys, _resolve, _patience) = (databases, agents, projects, index, keys, resolve, patience);
        _tree = new(databases.Root);
        _scan = new(_tree);
    }

    /// <summary>
    /// Makes the workspace of an instance, and its agent. The metadata file is written last: a directory without one, which a killed process
    /// may leave, is no instance, and the same call goes on from there.
    /// </summary>
    /// <param name="wish">What to make.</param>
    /// <param name="own">How our own server is started.</param>
    /// <param name="idempotencyKey">The client's key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>already_exists</c> for an instance of another template, <c>invalid_configuration</c>, <c>secret_refused</c>, <c>store_busy</c></exception>
    public async Task<CreatedInstance> Create(NewInstance wish, ConfiguredMcpServer own, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        wish.Validated();
        IdempotencyKeys.Check(idempotencyKey);
        (AgentRef by, string name, CreatedInstance? earlier) = await _databases.Central.Read(c => Look(c, wish, idempotencyKey), cancellationToken);
        if (earlier is not null)
        {
            await _databases.Central.Confirm(cancellationToken);
            return earlier with { Replayed = true };
        }
        // One that is there needs no template, which may have gone since.
        bool isThere = Present(_scan.Read(name), name, wish.Template) is not null;
        Plan? plan = isThere ? null : Plan.Of(wish, name, _resolve(wish.Template), own);
        using InstanceDirectory directory = Reach(() => InstanceDirectory.Create(_tree, name));
        using FileEdit edit = directory.Begin(_patience, cancellationToken);
        CreatedInstance made = Present(directory.Read(), name, wish.Template)
            ?? await Make(directory, plan ?? Plan.Of(wish, name, _resolve(wish.Template), own), wish, by, cancellationToken);
        return await Keep(wish, by, made, idempotencyKey, cancellationToken);
    }

    /// <summary>One page of instances, as their files say, and the directories that cannot be used.</summary>
    public async Task<InstancePage> List(InstanceFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await _databases.Central.Epoch(cancellationToken);
        return InstanceList.Page(_scan.All(), filter, epoch);
    }

    /// <summary>The instance of that name.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names; <c>invalid_configuration</c> when its file cannot be used.</exception>
    public Instance Get(string name) => Known(_scan.Read(_scan.Spelled(name)), name).Instance;

    /// <summary>Takes a step, or keeps news of the state that it is in.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_transition</c>, <c>store_busy</c></exception>
    public async Task<SteppedInstance> Transition(InstanceChange change, CancellationToken cancellationToken = default)
    {
        change.Validated();
        string name = _scan.Spelled(change.Name);
        Known(_scan.Read(name), change.Name);
        (DateTimeOffset now, string? by) = await _databases.Central.Read(c => (c.Time.Now, change.By is null ? null : _agents.Identify(c, change.By).Name), cancellationToken);
        using InstanceDirectory directory = InstanceDirectory.Find(_tree, name) ?? throw Unknown(change.Name);
        using FileEdit edit = directory.Begin(_patience, cancellationToken);
        InstanceFile file = Known(directory.Read(), change.Name);
        InstanceFile next = InstanceChanges.Apply(file, change, by, now);
        await Settle(directory, file, next, cancellationToken);
        return new() { Instance = next.Instance, Changed = next != file };
    }

    /// <summary>
    /// Writes the next contents of the file, and what follows from it. The log must have the step before first, because the file keeps only
    /// one: whoever made that step may have died between file and log.
    /// </summary>
    internal async Task Settle(InstanceDirectory directory, InstanceFile now, InstanceFile next, CancellationToken cancellationToken)
    {
        if (!await _databases.Central.Read(c => _index.IsCurrent(c, now.Instance), cancellationToken))
            await Index(now.Instance, cancellationToken);
        if (next == now)
            return;
        Reach(() => directory.Write(next));
        // What is in the file has happened: nobody may give up on the log any more.
        await Index(next.Instance, CancellationToken.None);
    }

    internal Task Index(Instance instance, CancellationToken cancellationToken) => _databases.Central.Write(c =>
    {
        _index.Put(c, instance);
        return true;
    }, cancellationToken);

    private (AgentRef, string, CreatedInstance?) Look(Connection c, NewInstance wish, string? key)
    {
        AgentRef by = _agents.Identify(c, wish.By);
        CreatedInstance? earlier = key is null ? null : _keys.Peek(c, by.Id, key, wish, DataJson.Default.NewInstance, DataJson.Default.CreatedInstance);
        if (wish.Parent is not null)
            _agents.Identify(c, wish.Parent);
        return (by, _agents.Find(c, wish.Name)?.Name ?? _scan.Spelled(wish.Name), earlier);
    }

    private async Task<CreatedInstance> Make(InstanceDirectory directory, Plan plan, NewInstance wish, AgentRef by, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkspaceFile> files = Reach(() => plan.Workspace.FilesFor(directory));
        (DateTimeOffset now, string id) = await _databases.Central.Write(c => Register(c, plan.Agent), cancellationToken);
        InstanceFile file = InstanceFile.Of(New(wish, directory.Name, id, by.Name, plan.Template, now));
        return new() { Instance = file.Instance, Created = true, Files = Reach(() => Write(directory, files, file)) };
    }

    private (DateTimeOffset, string) Register(Connection c, NewAgent agent)
    {
        _agents.Prepare(c, agent, _projects.GetOrCreateDefault(c));
        return (c.Time.Now, Ids.New("instance", c.Time.Now));
    }

    private Task<CreatedInstance> Keep(NewInstance wish, AgentRef by, CreatedInstance made, string? key, CancellationToken cancellationToken) => _databases.Central.Write(c =>
    {
        (CreatedInstance kept, bool replayed) = _keys.Run(c, by.Id, key, wish, DataJson.Default.NewInstance, DataJson.Default.CreatedInstance, () =>
        {
            if (!_index.IsCurrent(c, made.Instance))
                _index.Put(c, made.Instance);
            return made;
        });
        return kept with { Replayed = replayed };
    }, made.Created ? CancellationToken.None : cancellationToken);

    private static Instance New(NewInstance wish, string name, string id, string by, ResolvedTemplate template, DateTimeOffset now) => new()
    {
        Id = id,
        Name = name,
        Template = template.Name,
        State = InstanceState.Created,
        LaunchMode = wish.LaunchMode ?? template.LaunchMode,
        By = by,
        CreatedAt = now,
        StateChangedAt = now,
        UpdatedAt = now,
        LastStep = new(Ids.New("event", now), null, InstanceState.Created, now, by, null, null),
    };

    private static IReadOnlyList<string> Write(InstanceDirectory directory, IReadOnlyList<WorkspaceFile> files, InstanceFile file)
    {
        foreach (WorkspaceFile one in files)
            directory.Write(one);
        directory.Write(file);
        return [.. files.Select(one => one.Path).Append(InstanceDirectory.Metadata).Select(name => $"{InstanceDirectory.Parent}/{directory.Name}/{name}")];
    }

    /// <summary>The instance that is there already; null when there is none.</summary>
    private static CreatedInstance? Present(InstanceReading reading, string name, string template) =>
        reading.IsMissing ? null
        : reading.File is not { Instance: { } instance } ? throw Unusable(name, reading)
        : instance.Template == template ? new() { Instance = instance }
        : throw new AgentCraftException(ErrorCodes.AlreadyExists, $"Instance '{instance.Name}' was made from the template '{instance.Template}', not '{Text.Shown(template)}'.",
            "Choose another name. list_instances shows all.");

    private InstanceFile Known(InstanceReading reading, string name) => reading.File ?? throw (reading.IsMissing ? Unknown(name) : Unusable(name, reading));

    private AgentCraftException Unknown(string name) => new(ErrorCodes.NotFound, $"No instance '{Text.Shown(name)}'.",
        $"{Text.DidYouMean(name, _scan.All().Select(found => found.Name))}list_instances shows all; create_instance makes one.");

    private static AgentCraftException Unusable(string name, InstanceReading reading) => new(ErrorCodes.InvalidConfiguration,
        $"{InstanceDirectory.Parent}/{name}/{InstanceDirectory.Metadata} cannot be used: {reading.Fault}.",
        reading.IsBroken ? "Correct it, or let agentcraft doctor --reindex move it aside and repeat create_instance." : "Correct that, then repeat the call.");

    /// <summary>What a template makes of a wish: checked as a whole before anything is done.</summary>
    private sealed record Plan(ResolvedTemplate Template, Workspace Workspace, NewAgent Agent)
    {
        public static Plan Of(NewInstance wish, string name, ResolvedTemplate template, ConfiguredMcpServer own) =>
            new(template, new(template, name, own), AgentOf(wish, name, template).Validated());

        private static NewAgent AgentOf(NewInstance wish, string name, ResolvedTemplate template) => new()
        {
            Name = AgentName.Parse(name),
            Type = template.AgentType,
            Parent = wish.Parent,
            Instruction = template.Instruction,
            Template = template.Name,
            WorkspacePath = $"{InstanceDirectory.Parent}/{name}",
            Capabilities = [.. template.Capabilities],
            Config = wish.Config,
        };
    }

    private static void Reach(Action work) => Reach(() =>
    {
        work();
        return true;
    });

    /// <summary>Does something on disk; what fails there is told in our words.</summary>
    private static T Reach<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw failure.HResult is DiskErrors.Full or DiskErrors.FullOnWindows or DiskErrors.OverQuota
                ? new(ErrorCodes.DiskFull, $"The disk is full: {failure.Message}", "Free some space, then repeat the call: it goes on from where it was.", retryable: true, failure)
                : new AgentCraftException(ErrorCodes.StoreUnavailable, $"The instance's directory cannot be written: {failure.Message}", "Check the permissions of .agents, then repeat the call: it goes on from where it was.", inner: failure);
        }
    }
}
