using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Records;

/// <summary>All that an agent's own file holds of it, whatever its type.</summary>
public sealed class AgentRecords(Databases databases)
{
    private const string OutputContents = "output_contents";

    /// <summary>Deletes an agent's rows from its file; a file that it never had is not made. Returns how many, by table; empty tables are left out.</summary>
    /// <param name="agent">Whose.</param>
    /// <param name="withOutputs">Also the contents of its outputs, which its project refers to.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    internal async Task<Dictionary<string, long>> Purge(AgentRef agent, bool withOutputs, CancellationToken cancellationToken = default) =>
        !databases.HasAgent(agent.Name) ? [] : await databases.Agent(agent.Name, agent.Type).Write(c => Tables(c)
            .Where(table => withOutputs || table != OutputContents)
            .Select(table => (table, rows: (long)c.Execute($"DELETE FROM {table} WHERE agent_id = @Id", new { agent.Id })))
            .Where(deleted => deleted.rows > 0)
            .ToDictionary(deleted => $"agent.{deleted.table}", deleted => deleted.rows), cancellationToken);

    /// <summary>Deletes a project's hand-overs from their keeper's file, with what the rules said of them.</summary>
    internal async Task<Dictionary<string, long>> DeleteHandovers(AgentRef keeper, string projectId, CancellationToken cancellationToken = default)
    {
        if (!databases.HasAgent(keeper.Name))
            return [];
        long rows = await databases.Agent(keeper.Name, HandoverSettings.AgentType).Write(c => c.Execute(
            "DELETE FROM handover_documents WHERE agent_id = @Keeper AND project_id = @Project", new { Keeper = keeper.Id, Project = projectId }), cancellationToken);
        return rows == 0 ? [] : new() { ["agent.handover_documents"] = rows };
    }

    /// <summary>Those of every type that it ever had, the ones that refer before those referred to.</summary>
    private IEnumerable<string> Tables(Connection c) => c.Query<string>("SELECT DISTINCT set_name FROM _migrations WHERE set_name LIKE 'agents/%'")
        .SelectMany(set => databases.Schemas.AgentTables(set)).Reverse();
}
