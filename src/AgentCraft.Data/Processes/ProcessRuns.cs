using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tasks;

namespace AgentCraft.Data.Processes;

/// <summary>Makes tasks of processes.</summary>
public sealed class ProcessRuns(
    Databases databases, AgentStore agents, SessionStore sessions, TaskStore tasks, EventStore events, IdempotencyKeys keys)
{
    private const int MostCandidates = 5;

    /// <summary>Creates the task of a process and those of its steps, all or none.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>; <c>invalid_argument</c> naming all inputs that are missing; as creating a task</exception>
    public Task<EstablishedProcess> Establish(ProcessRun run, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        run.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef by = agents.Identify(c, run.By);
            (EstablishedProcess established, bool replayed) = keys.Run(c, by.Id, idempotencyKey, run,
                DataJson.Default.ProcessRun, DataJson.Default.EstablishedProcess, () => Establish(c, run, by));
            return established with { Replayed = replayed };
        }, cancellationToken);
    }

    private EstablishedProcess Establish(Connection c, ProcessRun run, AgentRef by)
    {
        ProcessDefinition process = ProcessStore.Get(c, run.Process);
        Dictionary<string, string> values = run.Values(process);
        List<ProcessStep> steps = StepOrder.Sort(process.Steps!);
        WorkTask whole = tasks.Create(c, by, Whole(run, process).Validated());
        List<WorkTask> parts = tasks.Add(c, by, new NewSubtasks
        {
            CreatedBy = run.By, Parent = whole.Id, Process = process.Name, Subtasks = [.. steps.Select(step => Part(step, steps, values))],
        }.Validated());
        events.Append(c, new("process_established")
        {
            SessionSeq = sessions.FindCurrent(c, by.Seq)?.Seq, ProjectSeq = whole.ProjectSeq, AgentSeq = by.Seq, EntityType = "process", EntityId = process.Id,
            Data = new JsonObject { ["name"] = process.Name, ["version"] = process.Version, ["task"] = whole.Id }.ToJsonString(),
        });
        return new()
        {
            Process = process.Name,
            Version = process.Version,
            Task = tasks.Get(c, whole.Id),
            Steps = [.. steps.Zip(parts, (step, part) => Established(c, step, part))],
        };
    }

    private static NewTask Whole(ProcessRun run, ProcessDefinition process) => new()
    {
        CreatedBy = run.By,
        Instruction = string.IsNullOrWhiteSpace(process.Description) ? $"Process {process.Name}" : $"Process {process.Name}: {process.Description}",
        Parent = run.Parent,
        Priority = run.Priority,
        Process = process.Name,
        Metadata = Json(new() { ["process"] = process.Name, ["version"] = process.Version, ["inputs"] = run.Inputs is { } inputs ? JsonNode.Parse(inputs.GetRawText()) : new JsonObject() }),
    };

    private static NewSubtask Part(ProcessStep step, List<ProcessStep> steps, Dictionary<string, string> values) => new()
    {
        Instruction = StepText.Fill(step.Instruction, values),
        Priority = step.Priority,
        After = [.. (step.After ?? []).Distinct().Select(name => steps.FindIndex(other => other.Name == name))],
        Metadata = Json(step.Capability is null ? new() { ["step"] = step.Name } : new() { ["step"] = step.Name, ["capability"] = step.Capability }),
    };

    private EstablishedStep Established(Connection c, ProcessStep step, WorkTask part) => new()
    {
        Name = step.Name,
        Task = part.Id,
        Status = part.Status,
        DependsOn = [.. (part.DependsOn ?? []).Select(on => on.Id)],
        Capability = step.Capability,
        Candidates = step.Capability is { } capability ? Candidates(c, capability) : null,
    };

    private List<string> Candidates(Connection c, string capability) => c.Query<string>("""
        SELECT a.name FROM agent_capabilities k JOIN agents a ON a.seq = k.agent_seq
        WHERE k.capability_key = @Key AND a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince ORDER BY a.seq LIMIT @Most
        """, new { Key = capability.ToLowerInvariant(), LiveSince = agents.LiveSince(c), Most = MostCandidates });

    private static JsonElement Json(JsonObject metadata) => JsonElement.Parse(metadata.ToJsonString());
}
