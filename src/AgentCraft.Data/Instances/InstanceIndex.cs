using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Instances;

/// <summary>
/// The table <c>instances</c>, an index of the directories below the root, and the events of their steps. A row and the event of the step
/// that it shows are written in one transaction, so a row that is behind its file tells that the event is missing, too.
/// </summary>
internal sealed class InstanceIndex(Databases databases, AgentStore agents, SessionStore sessions, EventStore events)
{
    private const string EntityType = "instance";

    /// <summary>True when the row shows what the file says and the log has its last step.</summary>
    public bool IsCurrent(Connection c, Instance instance) => c.First<IndexedInstance>(
        "SELECT id, revision, logged_event FROM instances WHERE name_key = @Key", new { Key = KeyOf(instance.Name) }) is { } row
        && row.Id == instance.Id && row.Revision == instance.Revision && row.LoggedEvent == instance.LastStep.Event;

    /// <summary>True when the log has the last step.</summary>
    public bool IsLogged(Connection c, Instance instance) => c.First<IndexedInstance>(
        "SELECT id, revision, logged_event FROM instances WHERE name_key = @Key", new { Key = KeyOf(instance.Name) }) is { } row
        && row.LoggedEvent == instance.LastStep.Event;

    /// <summary>Makes the row what the file says, unless it shows something newer, and adds the event of the last step if it is not there.</summary>
    public void Put(Connection c, Instance instance)
    {
        if (!IsLogged(c, instance))
            Log(c, instance);
        c.Execute("""
            INSERT INTO instances (id, name, name_key, root, template_ref, state, launch_mode, pid, process_started_at, port, health, reason, revision,
                                   logged_event, created_at, state_changed_at, updated_at)
            VALUES (@Id, @Name, @Key, @Root, @Template, @State, @LaunchMode, @Pid, @ProcessStartedAt, @Port, @Health, @Reason, @Revision,
                    @Event, @CreatedAt, @StateChangedAt, @UpdatedAt)
            ON CONFLICT (name_key) DO UPDATE SET
                id = excluded.id, name = excluded.name, root = excluded.root, template_ref = excluded.template_ref, state = excluded.state,
                launch_mode = excluded.launch_mode, pid = excluded.pid, process_started_at = excluded.process_started_at, port = excluded.port,
                health = excluded.health, reason = excluded.reason, revision = excluded.revision, logged_event = excluded.logged_event,
                created_at = excluded.created_at, state_changed_at = excluded.state_changed_at, updated_at = excluded.updated_at
            WHERE instances.id <> excluded.id OR instances.revision <= excluded.revision
            """, Row(instance));
    }

    /// <summary>Takes the row of a directory away that is no instance any more.</summary>
    public void Remove(Connection c, string name) =>
        c.Execute("DELETE FROM instances WHERE name_key = @Key AND root = @Root", new { Key = KeyOf(name), databases.Root });

    /// <summary>The names of all rows of this root.</summary>
    public List<string> Names(Connection c) => c.Query<string>("SELECT name FROM instances WHERE root = @Root ORDER BY seq", new { databases.Root });

    /// <summary>An event about a directory that is no instance.</summary>
    public void LogMoved(Connection c, string name, string fault, string where)
    {
        Agent? agent = agents.Find(c, name);
        events.Append(c, new("instance_metadata_moved")
        {
            ProjectSeq = agent?.ProjectSeq,
            AgentSeq = agent?.Seq,
            EntityType = EntityType,
            EntityId = name,
            Data = new JsonObject { ["name"] = name, ["fault"] = fault, ["movedTo"] = where }.ToJsonString(),
        });
    }

    public static string KeyOf(string name) => name.ToLowerInvariant();

    private void Log(Connection c, Instance instance)
    {
        Agent? agent = agents.Find(c, instance.Name);
        InstanceStep step = instance.LastStep;
        events.AppendOnce(c, step.Event, new(step.From is null ? "instance_created" : "instance_state_changed")
        {
            SessionSeq = agent is null ? null : sessions.FindCurrent(c, agent.Seq)?.Seq,
            ProjectSeq = agent?.ProjectSeq,
            AgentSeq = agent?.Seq,
            EntityType = EntityType,
            EntityId = instance.Id,
            Data = Data(instance, step).ToJsonString(),
        });
    }

    private static JsonObject Data(Instance instance, InstanceStep step)
    {
        JsonObject data = new() { ["name"] = instance.Name };
        if (step.From is { } from)
            data["from"] = from.ToString();
        else
            data["template"] = instance.Template;
        data["to"] = step.To.ToString();
        data["at"] = Times.ToText(step.At);
        foreach ((string name, JsonNode? value) in new (string, JsonNode?)[] { ("by", step.By), ("reason", step.Reason), ("pid", step.Pid) })
            if (value is not null)
                data[name] = value;
        return data;
    }

    private object Row(Instance instance) => new
    {
        instance.Id,
        instance.Name,
        Key = KeyOf(instance.Name),
        databases.Root,
        instance.Template,
        // Not as an enum, which is stored in snake_case.
        State = instance.State.ToString(),
        instance.LaunchMode,
        instance.Pid,
        instance.ProcessStartedAt,
        instance.Port,
        instance.Health,
        instance.Reason,
        instance.Revision,
        Event = instance.LastStep.Event,
        instance.CreatedAt,
        instance.StateChangedAt,
        instance.UpdatedAt,
    };

    private sealed class IndexedInstance
    {
        public string Id { get; init; } = "";
        public long Revision { get; init; }
        public string LoggedEvent { get; init; } = "";
    }
}
