using System.Text.RegularExpressions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>A database that is moved into files. The note in its journal keeps everybody out; its rows stay as they are.</summary>
internal sealed partial class PostgresSource(PostgresParts database) : IMoveSource
{
    private Dictionary<string, string[]>? _ids;

    public string Shown => database.Address.Shown;

    public bool HasStore => database.Tables(database.Address.Schema).Contains("_migrations");

    public MoveNote? Note => new MoveJournal(database.Central).Find(MoveJournal.Note) is { } note ? MoveNote.Parse(note)
        : new MoveJournal(database.Central).Find(MoveJournal.From) is { } from ? throw MoveErrors.Filling(Shown, from) : null;

    public IReadOnlyList<string> Users() => database.Users();

    public void Close(MoveNote note)
    {
        database.Enter();
        Say(note);
    }

    public void Say(MoveNote? note)
    {
        database.Enter();
        MoveJournal journal = new(database.Central);
        if (note is null)
        {
            journal.Drop();
            return;
        }
        database.Central.Script("BEGIN");
        database.Central.Script(journal.Ddl);
        journal.Set(MoveJournal.Note, note.ToJson());
        database.Central.Script("COMMIT");
    }

    public IReadOnlyList<MovePart> Parts()
    {
        List<MovePart> parts = [new(null, database.SetsOf(database.Central))];
        if (!database.HasSchema(database.Address.AgentsSchema))
            return parts;
        IReadOnlyList<MigrationSet> sets = database.SetsOf(database.Agents);
        Dictionary<string, List<string>> owned = Owned(sets);
        _ids = IdsOf(owned);
        foreach ((string owner, string name) in NamesOf(_ids.Keys))
            parts.Add(new(name, [.. sets.Where((set, i) => i == 0 || set.Tables.Any(table => owned.TryGetValue(table.Name, out List<string>? ids) && ids.Intersect(_ids[owner]).Any()))]));
        return parts;
    }

    public PartRows Open(MovePart part) => new PostgresRows(part.Owner is null ? database.Central : database.Agents,
        part.Owner is null ? PostgresPlace.Central : new() { Owner = part.Key, Ids = _ids![part.Key] });

    public PartLife LifeOf(MovePart part, PartRows rows) => new(rows.Connection.First<string>(OpenFile.EpochQuery)!, FormerLives.Of(rows.Connection, part.Key));

    public IReadOnlyList<string> Strangers()
    {
        HashSet<string> ours = [MoveTable.Info, .. Parts().SelectMany(part => part.Tables).Select(table => table.Name)];
        foreach (MigrationSet set in database.HasSchema(database.Address.AgentsSchema) ? database.SetsOf(database.Agents) : [])
            ours.UnionWith(set.Tables.Select(table => table.Name));
        return [.. new[] { database.Address.Schema, database.Address.AgentsSchema }.SelectMany(schema => database.Tables(schema).Where(table => MoveTable.IsMoved(table) && !ours.Contains(table)).Select(table => $"{schema}.{table}"))];
    }

    /// <summary>References are the server's to see to; that each row has an owner is not.</summary>
    public void CheckReferences()
    {
        IReadOnlyList<MovePart> agents = [.. Parts().Skip(1)];
        foreach (MoveTable table in agents.SelectMany(part => part.Tables).DistinctBy(table => table.Name))
        {
            long all = new PostgresRows(database.Agents, PostgresPlace.Central).Count(table), owned = agents.Sum(part => Open(part).Count(table));
            if (all != owned)
                throw MoveErrors.Dangling(Shown, $"{all - owned} rows of {table.Name} (to no agent)");
        }
    }

    public void Dispose() => database.Dispose();

    /// <summary>Which agents have rows in which table; of keys, who owns them.</summary>
    private Dictionary<string, List<string>> Owned(IReadOnlyList<MigrationSet> sets) => MoveTable.Of(sets).Where(table => table.Name is not MoveTable.Info).ToDictionary(table => table.Name,
        table => LooseCommand.Query(database.Agents, table.Name == MoveTable.Keys ? $"SELECT DISTINCT '/' || split_part(agent_id, '/', 1) FROM {table.Name}" : $"SELECT DISTINCT agent_id FROM {table.Name}", [], row => row.GetString(0)));

    /// <summary>The ids that each agent has had, by its name in lower case: one that came again under its name goes on with the same file.</summary>
    private Dictionary<string, string[]> IdsOf(Dictionary<string, List<string>> owned)
    {
        Dictionary<string, string> names = database.Central.Query<Named>("SELECT id, name_key AS name FROM agents").ToDictionary(agent => agent.Id, agent => agent.Name);
        return owned.Values.SelectMany(ids => ids).Distinct().GroupBy(id => id.StartsWith('/') ? id[1..] : names.TryGetValue(id, out string? name) ? name : NameIn(id))
            .ToDictionary(owner => owner.Key, owner => owner.Where(id => !id.StartsWith('/')).ToArray());
    }

    /// <summary>As they are spelled; of those that are gone, as their ids say.</summary>
    private IEnumerable<(string Owner, string Name)> NamesOf(IEnumerable<string> owners)
    {
        Dictionary<string, string> names = database.Central.Query<Named>("SELECT name_key AS id, name FROM agents").ToDictionary(agent => agent.Id, agent => agent.Name);
        return owners.Order(StringComparer.Ordinal).Select(owner => (owner, names.GetValueOrDefault(owner, owner)));
    }

    private string NameIn(string id) => AgentId().Match(id) is { Success: true } match ? match.Groups[1].Value.ToLowerInvariant() : throw new AgentCraftException(ErrorCodes.StoreDamaged,
        $"{Shown} has rows of '{Text.Shown(id, 80)}', which is no agent's id: nobody knows into which file they belong.", "Delete these rows, or correct them; then repeat the command.");

    [GeneratedRegex("^agent_([A-Za-z0-9][A-Za-z0-9._-]*)_[0-9]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex AgentId();

    private sealed class Named
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
    }
}
