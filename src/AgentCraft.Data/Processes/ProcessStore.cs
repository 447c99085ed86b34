using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Processes;

/// <summary>The tables <c>processes</c> and <c>process_triggers</c>. What is done with a process is <see cref="ProcessRuns"/>'s.</summary>
public sealed class ProcessStore(Databases databases, AgentStore agents, EventStore events, IdempotencyKeys keys)
{
    private const string Columns = """
        p.seq, p.id, p.name, p.description, p.triggers, p.required_inputs, p.step_count, p.version, a.name AS defined_by, p.created_at, p.updated_at
        """;

    private const string Tables = "processes p LEFT JOIN agents a ON a.seq = p.defined_by_seq";

    /// <summary>Defines a process, or defines it anew: the same name is the same process.</summary>
    public Task<DefinedProcess> Define(NewProcess process, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        process.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef by = agents.Identify(c, process.By);
            (DefinedProcess defined, bool replayed) = keys.Run(c, by.Id, idempotencyKey, process,
                DataJson.Default.NewProcess, DataJson.Default.DefinedProcess, () => Define(c, process, by));
            return defined with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>One page of processes, the earliest defined first.</summary>
    public async Task<ProcessPage> List(ProcessFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("processes", filter.Trigger?.ToLowerInvariant());
        long after = filter.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : 0;
        return await databases.Central.Read(c => filter.Name is { } name ? One(Get(c, name)) : List(c, filter, list, after, epoch), cancellationToken);
    }

    /// <summary>The process of that name or id, with its steps.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal static ProcessDefinition Get(Connection c, string nameOrId) => Find(c, nameOrId)
        ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No process '{Text.Shown(nameOrId)}'.",
            Text.DidYouMean(nameOrId, c.Query<string>("SELECT name FROM processes ORDER BY seq DESC LIMIT 1000"))
            + "list_processes shows all; define_process adds one.");

    private static ProcessDefinition? Find(Connection c, string nameOrId)
    {
        ProcessDefinition? found = c.First<ProcessDefinition>(
            $"SELECT {Columns} FROM {Tables} WHERE p.name_key = @Key OR p.id = @Id", new { Key = nameOrId.ToLowerInvariant(), Id = nameOrId });
        return found is null ? null : found with
        {
            Steps = JsonSerializer.Deserialize(c.First<string>("SELECT steps FROM processes WHERE seq = @Seq", new { found.Seq })!, DataJson.Default.ProcessStepArray),
        };
    }

    private DefinedProcess Define(Connection c, NewProcess process, AgentRef by)
    {
        ProcessDefinition? known = Find(c, process.Name);
        if (known is not null && IsSame(process, known))
            return new() { Process = known };
        long seq = Store(c, process, by);
        c.Execute("DELETE FROM process_triggers WHERE process_seq = @Seq", new { Seq = seq });
        foreach (string trigger in process.Triggers.Select(trigger => trigger.ToLowerInvariant()).Distinct())
            c.Execute("INSERT INTO process_triggers (process_seq, trigger_key) VALUES (@Seq, @Key)", new { Seq = seq, Key = trigger });
        ProcessDefinition defined = Get(c, process.Name);
        events.Append(c, new("process_defined")
        {
            ProjectSeq = by.ProjectSeq, AgentSeq = by.Seq, EntityType = "process", EntityId = defined.Id,
            Data = new JsonObject { ["name"] = defined.Name, ["version"] = defined.Version }.ToJsonString(),
        });
        return new() { Process = defined, Changed = true };
    }

    private static long Store(Connection c, NewProcess process, AgentRef by) => c.First<long>("""
        INSERT INTO processes (id, name, name_key, description, triggers, required_inputs, steps, step_count, defined_by_seq, created_at, updated_at)
        VALUES (@Id, @Name, @Key, @Description, @Triggers, @RequiredInputs, @Steps, @Count, @By, @Now, @Now)
        ON CONFLICT (name_key) DO UPDATE SET
            description = excluded.description, triggers = excluded.triggers, required_inputs = excluded.required_inputs, steps = excluded.steps,
            step_count = excluded.step_count, defined_by_seq = excluded.defined_by_seq, version = processes.version + 1, updated_at = excluded.updated_at
        RETURNING seq
        """,
        new
        {
            Id = Ids.New("process", c.Time.Now),
            process.Name,
            Key = process.Name.ToLowerInvariant(),
            process.Description,
            process.Triggers,
            process.RequiredInputs,
            Steps = JsonSerializer.Serialize(process.Steps, DataJson.Default.ProcessStepArray),
            Count = process.Steps.Length,
            By = by.Seq,
            c.Time.Now,
        });

    private static bool IsSame(NewProcess process, ProcessDefinition known) =>
        process.Description == known.Description && process.Triggers.SequenceEqual(known.Triggers) && process.RequiredInputs.SequenceEqual(known.RequiredInputs)
        && JsonSerializer.Serialize(process.Steps, DataJson.Default.ProcessStepArray) == JsonSerializer.Serialize([.. known.Steps!], DataJson.Default.ProcessStepArray);

    private static ProcessPage One(ProcessDefinition process) => new() { Processes = [process], Total = 1 };

    private static ProcessPage List(Connection c, ProcessFilter filter, string list, long after, string epoch)
    {
        const string Where = "(@Trigger IS NULL OR EXISTS (SELECT 1 FROM process_triggers t WHERE t.process_seq = p.seq AND t.trigger_key = @Trigger))";
        string? trigger = filter.Trigger?.ToLowerInvariant();
        List<ProcessDefinition> processes = c.Query<ProcessDefinition>($"SELECT {Columns} FROM {Tables} WHERE p.seq > @After AND {Where} ORDER BY p.seq LIMIT @Limit",
            new { After = after, Trigger = trigger, Limit = filter.Limit + 1 });
        bool hasMore = Paging.CutToPage(processes, filter.Limit);
        return new()
        {
            Processes = processes,
            Total = c.First<long>($"SELECT count(*) FROM processes p WHERE {Where}", new { Trigger = trigger }),
            HasMore = hasMore,
            Cursor = processes.Count == 0 ? filter.Cursor : new Cursor(list, epoch, processes[^1].Seq).ToString(),
        };
    }
}
