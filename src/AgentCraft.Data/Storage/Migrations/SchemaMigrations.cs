using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Storage.Migrations;

/// <summary>
/// Shows and changes how far the schemas of a store have been migrated. Everything is looked at, and refused, before anything is changed;
/// a store that holds data is copied before its first step; each step commits together with its record.
/// </summary>
public sealed class SchemaMigrations
{
    private const string Central = "central", Agents = "agents/", Common = "agents/common";

    private readonly Func<IReadOnlyList<ISchemaStore>> _stores;
    private readonly AgentSchemas _schemas;
    private readonly string _engine;

    internal SchemaMigrations(Func<IReadOnlyList<ISchemaStore>> stores, AgentSchemas schemas, string engine) => (_stores, _schemas, _engine) = (stores, schemas, engine);

    /// <summary>How each chosen set stands in each chosen store. Nothing is made or changed.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for a set or agent that there is not</exception>
    public async Task<IReadOnlyList<SchemaState>> Status(SchemaChoice choice)
    {
        List<SchemaState> states = [];
        foreach (ISchemaStore store in Chosen(choice))
            states.AddRange(await Look(store, choice));
        return states;
    }

    /// <summary>Goes where the goal says, or says what that would do.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c>, <c>would_lose_data</c>, <c>store_busy</c>, <c>invalid_argument</c>, <c>not_found</c></exception>
    public async Task<MigrationRun> Run(SchemaChoice choice, MigrationGoal goal, MigrationMode mode, Action<MigrationStep>? done = null)
    {
        List<(ISchemaStore Store, List<MigrationStep> Steps)> plan = [];
        List<LostData> lost = [];
        foreach (ISchemaStore store in Chosen(choice))
        {
            List<SchemaState> states = await Look(store, choice);
            if (states.Find(state => state.Fault is not null) is { } faulty)
                throw faulty.Fault!;
            List<MigrationStep> steps = [.. states.SelectMany(goal.Steps)];
            if (steps.Count == 0)
                continue;
            List<LostData> here = await Lost(store, steps);
            if (here.Count > 0 && mode == MigrationMode.Careful)
                throw MigrationErrors.WouldLose(store.Path, here);
            lost.AddRange(here);
            plan.Add((store, steps));
        }
        if (mode != MigrationMode.DryRun)
            foreach ((ISchemaStore store, List<MigrationStep> steps) in plan)
                await Apply(store, steps, mode, done);
        return new()
        {
            Steps = [.. plan.SelectMany(part => part.Steps.Select(step => step with { Sql = part.Store.Dialect.Ddl(step.Sql) }))],
            Lost = lost,
            Changed = mode != MigrationMode.DryRun && plan.Count > 0,
        };
    }

    private static Task<List<LostData>> Lost(ISchemaStore store, List<MigrationStep> steps) => steps.TrueForAll(step => step.IsUp) ? Task.FromResult<List<LostData>>([])
        : store.Use(SchemaAccess.Look, session => steps.Where(step => !step.IsUp).GroupBy(step => step.Set)
            .SelectMany(set => DataLoss.Of(session.Connection, set.First().Known, set.Select(step => step.Migration))).ToList());

    private static Task<int> Apply(ISchemaStore store, List<MigrationStep> steps, MigrationMode mode, Action<MigrationStep>? done) =>
        store.Use(steps.TrueForAll(step => step.IsUp) ? SchemaAccess.Forward : SchemaAccess.Back, session =>
        {
            Connection c = session.Connection;
            Migrator migrator = new(c, store.Path);
            // What came since the first look counts, too.
            List<LostData> lost = [.. steps.Where(step => !step.IsUp).GroupBy(step => step.Set).SelectMany(set => DataLoss.Of(c, set.First().Known, set.Select(step => step.Migration)))];
            if (lost.Count > 0 && mode != MigrationMode.Force)
                throw MigrationErrors.WouldLose(store.Path, lost);
            if (MigrationLedger.Exists(c) && MigrationLedger.HoldsData(c))
                session.BackUp?.Invoke();
            migrator.MakeLedger();
            foreach (MigrationStep step in steps)
            {
                if (step.IsUp)
                    migrator.Apply(step.Known, step.Migration);
                else
                    migrator.TakeBack(step.Known, step.Migration);
                done?.Invoke(step);
            }
            return steps.Count;
        });

    private IEnumerable<ISchemaStore> Chosen(SchemaChoice choice)
    {
        string set = Resolve(choice.Set);
        IReadOnlyList<ISchemaStore> stores = _stores();
        if (choice.Agent is not { } agent)
            return stores.Where(store => set.Length == 0 || store.IsCentral == (set == Central));
        if (_engine != "sqlite")
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "On PostgreSQL all agents share their tables: they are migrated together.", "Leave --agent out.");
        if (set == Central)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "The central store belongs to no agent.", "Leave --agent out, or name a set of agents.");
        List<ISchemaStore> files = [.. stores.Where(store => string.Equals(store.Agent, agent, StringComparison.OrdinalIgnoreCase))];
        return files.Count > 0 ? files : throw new AgentCraftException(ErrorCodes.NotFound, $"No agent '{Text.Shown(agent)}' has a file of its own.",
            $"{Text.DidYouMean(agent, stores.Select(store => store.Agent).OfType<string>())}agentcraft migrate status shows all.");
    }

    private Task<List<SchemaState>> Look(ISchemaStore store, SchemaChoice choice)
    {
        string chosen = Resolve(choice.Set);
        // A file is not made by looking for it.
        if (_engine == "sqlite" && !File.Exists(store.Path))
            return Task.FromResult<List<SchemaState>>([Nothing(store)]);
        return store.Use(SchemaAccess.Look, session =>
        {
            List<string> applied = MigrationLedger.Sets(session.Connection);
            IEnumerable<string> sets = store.IsCentral ? [Central] : applied.Count == 0 ? [] : [Common, .. applied.Where(name => name != Common)];
            return sets.Where(name => chosen is "" or Agents || name == chosen)
                .Select(name => MigrationLedger.State(session.Connection, store.Path, store.Agent, Known(name))).ToList();
        });
    }

    private SchemaState Nothing(ISchemaStore store)
    {
        MigrationSet set = Known(Central);
        return new()
        {
            Set = Central, Store = store.Path, Known = set, Newest = set.Newest, Applied = [], Drift = [], Unknown = [],
            Pending = [.. set.Migrations.Select(migration => migration.Name)],
        };
    }

    /// <summary>A set that was applied and that nobody knows any more has nothing but what is unknown.</summary>
    private MigrationSet Known(string name) =>
        name == Central ? MigrationSet.Get(Central, _engine) : name == Common ? _schemas.OfAll : _schemas.FindNamed(name[Agents.Length..]) ?? new(name, []);

    /// <summary>Empty for all, <c>agents/</c> for those of all agents, else a set's name.</summary>
    private string Resolve(string? set)
    {
        if (set is null or "" or "all")
            return "";
        if (set is Central)
            return Central;
        if (set is "agents" or Agents)
            return Agents;
        string type = set.StartsWith(Agents, StringComparison.Ordinal) ? set[Agents.Length..] : set;
        return _schemas.Types.Contains(type) ? Agents + type : throw new AgentCraftException(ErrorCodes.NotFound, $"There is no schema '{Text.Shown(set)}'.",
            $"{Text.DidYouMean(type, [Central, "agents", .. _schemas.Types])}There are: {Central}, agents, {string.Join(", ", _schemas.Types)}.");
    }
}
