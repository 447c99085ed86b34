using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>The store that a file comes into: who is who in it, and where each agent's rows are.</summary>
internal sealed class ImportStage(Databases databases, AgentStore agents, ProjectStore projects, string keeperName)
{
    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), ImportTarget> _targets = [];
    private ImportTarget? _central;
    private bool _hasBegun;

    /// <summary>An import of the same file was cut off.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>In <c>store_info</c> while the import is under way.</summary>
    public string Mark { get; private set; } = "";

    /// <summary>Looks whether it was here before, and who keeps the hand-overs here; all stores have one such agent, and it is the same to those who hand over.</summary>
    public async Task Begin(ImportReader reader, CancellationToken cancellationToken)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        _central = new(reader.Central, _aliases, null);
        Mark = $"import:{reader.Identity}";
        IsResumed = databases.HasCentral
            && await databases.Central.Read(c => c.First<long>("SELECT count(*) FROM store_info WHERE key = @Mark", new { Mark }), cancellationToken) > 0;
        if (databases.HasCentral && reader.Header.Keeper is { } keeper
            && await databases.Central.Read(c => agents.Find(c, keeperName), cancellationToken) is { } own && own.Id != keeper.Id)
            _aliases[keeper.Id] = own.Id;
    }

    /// <summary>Makes who will keep the hand-overs of the file, where the file does not bring that agent.</summary>
    public async Task ProvideKeeper(ImportReader reader, CancellationToken cancellationToken)
    {
        if (reader.Header.Keeper is not { } keeper || await FindAgent(keeper.Id, cancellationToken) is not null)
            return;
        Agent own = await databases.Central.Write(c => agents.AddInactive(c, new()
        {
            Name = AgentName.Parse(keeperName), Type = Handovers.HandoverSettings.AgentType, Instruction = "Keeps this project's hand-overs.",
        }, projects.GetOrCreateDefault(c)), cancellationToken);
        _aliases[keeper.Id] = own.Id;
    }

    /// <summary>It stands for an agent that is here under another id.</summary>
    public bool IsAlias(ImportedRow row) => row.Section is null && row.Table.Name == TransferRules.Agents && _aliases.ContainsKey((string)row["id"]!);

    /// <summary>The agent of that id; null when there is none here.</summary>
    public async Task<AgentRef?> FindAgent(string id, CancellationToken cancellationToken) => !databases.HasCentral ? null
        : await databases.Central.Read(c => c.First<AgentRef>("SELECT seq, project_seq, status, id, name, type FROM agents WHERE id = @Id", new { Id = _aliases.GetValueOrDefault(id, id) }), cancellationToken);

    /// <summary>The database of a part of the file as far as there is one, and what is known of it. Makes none.</summary>
    public async Task<(Database? File, ImportTarget Target)> Find(ImportSection? section, CancellationToken cancellationToken) =>
        section is null ? (databases.HasCentral ? databases.Central : null, Target(null))
        : await FindAgent(section.AgentId, cancellationToken) is { } agent && databases.HasAgent(agent.Name) ? (Open(agent, section), Target(section)) : (null, Target(section));

    /// <summary>The database of an agent's part of the file; null when there is no such agent.</summary>
    public async Task<(Database? File, ImportTarget Target)> Open(ImportSection section, CancellationToken cancellationToken) =>
        (await FindAgent(section.AgentId, cancellationToken) is { } agent ? Open(agent, section) : null, Target(section));

    /// <summary>The row that is known by the same; else which columns another row has taken.</summary>
    public (long? There, string? Taken) Locate(Connection c, ImportTarget target, ImportedRow row, Dictionary<(string, string), long> found)
    {
        if (target.Seq(c, row.Table, row.Table.Key, [.. row.Table.Key.Select(column => row[column])], found) is { } there)
            return (there, null);
        foreach (IReadOnlyList<string> unique in row.Table.Uniques.Where(unique => unique != row.Table.Key))
            if (target.Seq(c, row.Table, unique, [.. unique.Select(column => row[column])], found) is not null)
                return (null, string.Join(" and ", unique.Select(column => $"{column} '{Text.Shown(row[column]?.ToString() ?? "", 80)}'")));
        return (null, null);
    }

    private Database Open(AgentRef agent, ImportSection section) =>
        databases.Agent(agent.Name, section.Set.Name == databases.Schemas.OfAll.Name ? agent.Type : section.Set.Name["agents/".Length..]);

    private ImportTarget Target(ImportSection? section)
    {
        if (section is null)
            return _central!;
        if (!_targets.TryGetValue((section.AgentId, section.Set.Name), out ImportTarget? target))
        {
            // Parts of different agents follow each other; nobody comes back to an earlier one.
            _targets.Clear();
            _targets.Add((section.AgentId, section.Set.Name), target = new(section.Schema, _aliases, section.AgentId));
        }
        return target;
    }
}
