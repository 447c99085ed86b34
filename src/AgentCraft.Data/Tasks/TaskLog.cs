using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>What happens to tasks, as events in the transaction in which it happens.</summary>
public sealed class TaskLog(EventStore events, SessionStore sessions)
{
    /// <summary>The event is of who caused it; what belongs to it is its data, without what is null.</summary>
    internal void Append(Connection c, string type, string task, long projectSeq, AgentRef by, params ReadOnlySpan<(string Name, string? Value)> data)
    {
        Dictionary<string, string> known = [];
        foreach ((string name, string? value) in data)
            if (value is not null)
                known[name] = value;
        events.Append(c, new(type)
        {
            SessionSeq = sessions.FindCurrent(c, by.Seq)?.Seq,
            ProjectSeq = projectSeq,
            AgentSeq = by.Seq,
            EntityType = "task",
            EntityId = task,
            Data = JsonSerializer.Serialize(known, DataJson.Default.IReadOnlyDictionaryStringString),
        });
    }
}
