using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Records;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tasks;

namespace AgentCraft.Data.Projects;

/// <summary>Deletes a project with everything that belongs to it, and leaves what belongs to others whole.</summary>
public sealed class ProjectDeletion(
    Databases databases, ProjectStore projects, AgentStore agents, SessionStore sessions, EventStore events, AgentRecords records, SearchIndex index,
    HandoverSettings handovers)
{
    /// <summary>Deletes a project once it is confirmed by its name; without that, says what would go.</summary>
    /// <param name="project">Name or id.</param>
    /// <param name="confirm">The project's name, exactly; null changes nothing.</param>
    /// <param name="by">Who says so; null when unknown.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>; <c>invalid_argument</c> for another name than the project's.</exception>
    public async Task<DeletedProject> Delete(string project, string? confirm, string? by, CancellationToken cancellationToken = default)
    {
        (Project doomed, DeletedProject preview, List<AgentRef> theirs) = await databases.Central.Read(c => Preview(c, project, by), cancellationToken);
        if (confirm is null)
            return preview;
        if (confirm != doomed.Name)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"confirm is not the project's name, '{Text.Shown(doomed.Name)}'; nothing was deleted.",
                "Pass confirm as exactly that name to delete it for good, or leave confirm out to see what would go.");
        // The agents' files first: if the process ends in between, the project is still there and deleting it again completes it.
        Dictionary<string, long> own = await DeleteOwn(doomed, theirs, cancellationToken);
        DeletedProject deleted = await databases.Central.Write(c => Delete(c, doomed.Id, by), cancellationToken);
        index.Changed();
        return deleted with { Removes = deleted.Removes.Concat(own).ToDictionary() };
    }

    private (Project, DeletedProject, List<AgentRef>) Preview(Connection c, string nameOrId, string? by)
    {
        if (by is not null)
            agents.Identify(c, by);
        Project doomed = projects.FindKnown(c, nameOrId) ?? throw projects.Unknown(c, nameOrId);
        return (doomed, Describe(c, doomed) with { Next = "Pass confirm with the project's name to delete it for good." }, ListAgents(c, doomed.Seq));
    }

    private static DeletedProject Describe(Connection c, Project doomed) => new()
    {
        Project = doomed.Name,
        Id = doomed.Id,
        Removes = ProjectContents.Count(c, doomed.Seq),
        MessagesWithOthers = ProjectContents.CountMailWithOthers(c, doomed.Seq),
    };

    private async Task<Dictionary<string, long>> DeleteOwn(Project doomed, List<AgentRef> theirs, CancellationToken cancellationToken)
    {
        Dictionary<string, long> deleted = [];
        foreach (AgentRef agent in theirs.Where(agent => !IsKeeper(agent)))
            Add(await records.Purge(agent, withOutputs: true, cancellationToken));
        // Hand-overs of all projects lie in one agent's file, whichever project that belongs to.
        Agent? keeper = await databases.Central.Read(c => agents.Find(c, handovers.Agent), cancellationToken);
        if (keeper is not null && databases.HasAgent(keeper.Name))
        {
            Handover? newest = await databases.Agent(keeper.Name, HandoverSettings.AgentType).Read(c => HandoverRows.FindNewest(c, keeper.Id, doomed.Id), cancellationToken);
            string published = await databases.Central.Read(c => PublishedPath.Of(c, projects, handovers.Path, doomed), cancellationToken);
            Add(await records.DeleteHandovers(keeper.Ref, doomed.Id, cancellationToken));
            if (newest is not null)
                PublishedFile.Withdraw(databases.Root, published, newest.Content);
        }
        return deleted;

        void Add(Dictionary<string, long> rows)
        {
            foreach ((string table, long count) in rows)
                deleted[table] = deleted.GetValueOrDefault(table) + count;
        }
    }

    private DeletedProject Delete(Connection c, string id, string? by)
    {
        Project doomed = ProjectStore.Find(c, id) ?? throw projects.Unknown(c, id);
        string? teller = by is null ? null : agents.Identify(c, by).Id;
        MoveKeeper(c, doomed);
        DeletedProject deleted = Describe(c, doomed) with { Deleted = true };
        foreach (AgentRef agent in ListAgents(c, doomed.Seq))
        {
            // What they hold in other projects goes back; what they hold in this one goes with it.
            TaskReturns.ReturnAll(c, agent.Seq);
            sessions.LeaveAll(c, agent);
            AgentTree.FreeChildrenElsewhere(c, agent);
            c.Execute("DELETE FROM idempotency_keys WHERE agent_id = @Id", new { agent.Id });
        }
        TaskReturns.FreeWaitingFor(c, doomed.Seq);
        c.Execute("DELETE FROM store_info WHERE key = 'default_project' AND value = @Id", new { doomed.Id });
        c.Execute("DELETE FROM projects WHERE seq = @Seq", new { doomed.Seq });
        events.Append(c, new("project_deleted")
        {
            AgentSeq = teller is null ? null : agents.Find(c, teller)?.Seq,
            EntityType = "project",
            EntityId = doomed.Id,
            Data = JsonSerializer.Serialize(deleted, DataJson.Default.DeletedProject),
        });
        return deleted;
    }

    /// <summary>The keeper of hand-overs serves every project, so that it outlives the one that it was made in.</summary>
    private void MoveKeeper(Connection c, Project doomed)
    {
        if (agents.Find(c, handovers.Agent) is { } keeper && keeper.ProjectSeq == doomed.Seq)
            c.Execute("""
                UPDATE agents SET project_seq = COALESCE((SELECT min(seq) FROM projects WHERE seq <> @Doomed), project_seq) WHERE seq = @Keeper
                """, new { Doomed = doomed.Seq, Keeper = keeper.Seq });
    }

    private bool IsKeeper(AgentRef agent) => string.Equals(agent.Name, handovers.Agent, StringComparison.OrdinalIgnoreCase);

    private static List<AgentRef> ListAgents(Connection c, long projectSeq) => c.Query<AgentRef>(
        "SELECT seq, project_seq, status, id, name, type FROM agents WHERE project_seq = @Seq ORDER BY seq", new { Seq = projectSeq });
}
