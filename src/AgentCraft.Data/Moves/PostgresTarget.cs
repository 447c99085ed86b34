using System.Globalization;
using System.Security.Cryptography;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>
/// A database that files are moved into. Its journal is there before its tables and keeps everybody out; foreign keys wait in it until all
/// rows are there, and are checked then in one pass.
/// </summary>
internal sealed class PostgresTarget(PostgresParts database, TimeProvider time) : IMoveTarget
{
    private const string ForeignKey = "key/", LargestNumber = "9007199254740991";

    private Dictionary<string, PostgresPlace> _places = [];

    public string Shown => database.Address.Shown;

    public MoveJournal Journal => new(database.Central);

    private string Schema => database.Address.Schema;

    private string AgentsSchema => database.Address.AgentsSchema;

    public TargetState Look()
    {
        List<string> tables = database.Tables(Schema);
        if (Journal.Find(MoveJournal.Id) is { } id)
            return new() { Id = id, From = Journal.Find(MoveJournal.From), IsComplete = Journal.Find(MoveJournal.Complete) is not null };
        if (Journal.Find(MoveJournal.Note) is { } note)
            return MoveNote.Parse(note).IsDone ? new() { Aside = $"the schemas that were moved away at {MoveNote.Parse(note).At}" } : new() { Taken = "is being moved away itself" };
        if (tables.Count == 0)
            return database.Tables(AgentsSchema).Count > 0 ? new() { Taken = $"has a schema {AgentsSchema} with tables, and none beside it" } : database.HasSchema(Schema) ? new() { Aside = "an empty schema" } : new();
        return (Emptiness.Of(database.Central) ?? (database.HasSchema(AgentsSchema) ? Emptiness.Of(database.Agents) : null)) is { } holds ? new() { Taken = $"holds {holds}" } : new() { Aside = "a store without rows" };
    }

    public void Prepare(MoveNote note, string from, IReadOnlyList<PartPlan> plans)
    {
        database.Enter();
        if (Look().Id is null)
            MakeRoom(note, from);
        if (Journal.Find("made") is null)
        {
            Make(database.Central, database.Same(plans[0].Part.Sets));
            if (plans.Count > 1)
                Make(database.Agents, database.Same(plans.Skip(1).SelectMany(plan => plan.Part.Sets)));
            Journal.Set("made", "");
        }
        _places = Places(plans);
        if (plans.Count > 1 && Journal.Find("lives") is null)
            Inherit(plans);
    }

    public PartRows Open(PartPlan plan) => new PostgresRows(plan.Part.Owner is null ? database.Central : database.Agents, _places[plan.Part.Key]);

    public void Settle(PartRows rows)
    {
    }

    public void Complete()
    {
        foreach (Connection c in Schemas())
            foreach ((string name, string statement) in Journal.All($"{ForeignKey}{c.Schema}/"))
                try
                {
                    c.Script($"ALTER TABLE {name.Split('/')[0]} DROP CONSTRAINT IF EXISTS {name.Split('/')[1]}");
                    c.Script(statement);
                }
                catch (Npgsql.PostgresException dangling) when (dangling.SqlState == Npgsql.PostgresErrorCodes.ForeignKeyViolation)
                {
                    throw MoveErrors.Dangling(Shown, dangling.MessageText);
                }
        foreach (Connection c in Schemas())
            foreach (string table in database.Tables(c.Schema))
                c.Script($"ANALYZE {table}");
    }

    public string? Release(IReadOnlyList<PartPlan> plans)
    {
        database.Enter();
        string? aside = Journal.Find(MoveJournal.Aside);
        Journal.Drop();
        return aside is null ? null : $"the schema {aside}";
    }

    public void Discard()
    {
        database.Enter();
        string? aside = Journal.Find(MoveJournal.Aside);
        database.Together([$"DROP SCHEMA IF EXISTS {AgentsSchema} CASCADE", $"DROP SCHEMA {Schema} CASCADE", .. aside is null ? [] : Renamed(aside, Schema)]);
    }

    public void Dispose() => database.Dispose();

    /// <summary>What is there goes under another name, and our journal comes, in one step.</summary>
    private void MakeRoom(MoveNote note, string from)
    {
        string aside = $"{Schema}_{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture)}";
        bool isThere = database.HasSchema(Schema);
        database.Central.Script("BEGIN");
        foreach (string statement in isThere ? Renamed(Schema, aside) : [])
            database.Central.Script(statement);
        database.Central.Script($"CREATE SCHEMA {Schema}");
        MoveJournal journal = Journal;
        database.Central.Script(journal.Ddl);
        journal.Set(MoveJournal.Id, note.Id);
        journal.Set(MoveJournal.From, from);
        if (isThere)
            journal.Set(MoveJournal.Aside, aside);
        database.Central.Script("COMMIT");
    }

    /// <summary>Functions that look where they were made look there under its new name.</summary>
    private IEnumerable<string> Renamed(string from, string to)
    {
        foreach (string function in database.Central.Query<string>("""
            SELECT p.proname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = @From AND EXISTS (SELECT 1 FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')
            """, new { From = from }))
            yield return $"ALTER FUNCTION {from}.{function}() SET search_path TO {to}";
        yield return $"ALTER SCHEMA {from} RENAME TO {to}";
        if (database.HasSchema(from + "_agents"))
            yield return $"ALTER SCHEMA {from}_agents RENAME TO {to}_agents";
    }

    /// <summary>Tables without rows, and foreign keys put away.</summary>
    private void Make(Connection c, IReadOnlyList<MigrationSet> sets)
    {
        c.Script($"CREATE SCHEMA IF NOT EXISTS {c.Schema}");
        new Migrator(c, Shown).Apply(sets);
        PostgresRows rows = new(c, PostgresPlace.Central);
        foreach (MoveTable table in MoveTable.Of(sets).Where(table => c.Schema == Schema || table.Name != MoveTable.Info))
            rows.Clear(table);
        foreach (Constraint key in c.Query<Constraint>("""
            SELECT r.relname AS table_name, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
            FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
            WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY r.relname, k.conname
            """))
        {
            Journal.Set($"{ForeignKey}{c.Schema}/{key.TableName}/{key.Name}", $"ALTER TABLE {key.TableName} ADD CONSTRAINT {key.Name} {key.Definition}");
            c.Script($"ALTER TABLE {key.TableName} DROP CONSTRAINT {key.Name}");
        }
    }

    /// <summary>Where the numbers of two agents would meet, those of the second are raised; no two share one then.</summary>
    private static Dictionary<string, PostgresPlace> Places(IReadOnlyList<PartPlan> plans)
    {
        Dictionary<string, PostgresPlace> places = new() { [""] = PostgresPlace.Central };
        long taken = 0;
        foreach (PartPlan plan in plans.Skip(1).OrderBy(plan => plan.First).ThenBy(plan => plan.Part.Key, StringComparer.Ordinal))
        {
            long shift = plan.Last == 0 || plan.First > taken ? 0 : taken - plan.First + 1;
            places[plan.Part.Key] = new() { Owner = plan.Part.Key, Shift = shift, From = plan.Last == 0 ? 0 : plan.First + shift - 1, To = plan.Last == 0 ? 0 : plan.Last + shift };
            taken = Math.Max(taken, plan.Last == 0 ? 0 : plan.Last + shift);
        }
        return taken <= long.Parse(LargestNumber, CultureInfo.InvariantCulture) ? places
            : throw new AgentCraftException(ErrorCodes.NotSupported, "The agents' rows have such large numbers that together they go beyond what clients can read.", "Export the store, and import it into the database: agentcraft export, agentcraft import.");
    }

    /// <summary>One life for all, and where cursors of the lives before lead to.</summary>
    private void Inherit(IReadOnlyList<PartPlan> plans)
    {
        IReadOnlyList<PartPlan> agents = [.. plans.Skip(1)];
        bool isSame = agents.Select(plan => plan.Life.Epoch).Distinct().Count() == 1 && agents.All(plan => _places[plan.Part.Key].Shift == 0);
        string epoch = isSame ? agents[0].Life.Epoch : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        Connection c = database.Agents;
        c.Script("BEGIN");
        c.Execute("UPDATE store_info SET value = @Epoch WHERE key = 'epoch'", new { Epoch = epoch });
        foreach (PartPlan plan in agents)
        {
            long shift = _places[plan.Part.Key].Shift;
            foreach ((string former, long raised) in plan.Life.Former)
                FormerLives.Add(c, plan.Part.Key, former, raised + shift);
            if (!isSame)
                FormerLives.Add(c, plan.Part.Key, plan.Life.Epoch, shift);
        }
        c.Script("COMMIT");
        Journal.Set("lives", epoch);
    }

    private IEnumerable<Connection> Schemas() => database.HasSchema(AgentsSchema) ? [database.Central, database.Agents] : [database.Central];

    private sealed class Constraint
    {
        public string TableName { get; init; } = "";
        public string Name { get; init; } = "";
        public string Definition { get; init; } = "";
    }
}
