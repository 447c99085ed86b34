using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>What agents and their projects have used up: columns of <c>agents</c> and <c>projects</c> that only ever add up, together.</summary>
public sealed class UsageStore(Databases databases, AgentStore agents, ProjectStore projects, EventStore events, IdempotencyKeys keys)
{
    /// <summary>Adds to the agent and to its project.</summary>
    /// <param name="usage">What to add.</param>
    /// <param name="by">Who says so; the key is theirs. Null for the agent itself.</param>
    /// <param name="idempotencyKey">Repeating a call with its key adds nothing and returns the first result.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, also when a total would become too large; <c>not_found</c></exception>
    public Task<AddedUsage> Add(NewUsage usage, string? by, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        usage.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef teller = agents.Identify(c, by ?? usage.Agent);
            (AddedUsage added, bool replayed) = keys.Run(c, teller.Id, idempotencyKey, usage,
                DataJson.Default.NewUsage, DataJson.Default.AddedUsage, () => Add(c, usage));
            return added with { Replayed = replayed };
        }, cancellationToken);
    }

    private AddedUsage Add(Connection c, NewUsage usage)
    {
        Agent agent = agents.Get(c, usage.Agent);
        Project before = projects.Get(c, agent.ProjectSeq);
        CheckTotals(usage, agent.Tokens, agent.Cost, agent.IterationCount);
        CheckTotals(usage, before.Tokens, before.Cost, before.IterationCount);
        var addition = new { Seq = agent.Seq, Project = before.Seq, usage.Tokens, usage.Cost, usage.Iterations, c.Time.Now };
        c.Execute("""
            UPDATE agents SET tokens = tokens + @Tokens, cost = cost + @Cost, iteration_count = iteration_count + @Iterations, updated_at = @Now
            WHERE seq = @Seq
            """, addition);
        c.Execute("""
            UPDATE projects SET tokens = tokens + @Tokens, cost = cost + @Cost, iteration_count = iteration_count + @Iterations, updated_at = @Now
            WHERE seq = @Project
            """, addition);
        Agent now = agents.Get(c, agent.Id);
        Project after = projects.Get(c, before.Seq);
        return new()
        {
            Agent = new() { Name = now.Name, Tokens = now.Tokens, CostUsd = now.CostUsd, IterationCount = now.IterationCount },
            Project = new() { Name = after.Name, Tokens = after.Tokens, CostUsd = after.CostUsd, IterationCount = after.IterationCount },
            Crossed = ProjectUse.LogCrossed(c, events, before, after, agent.Seq),
        };
    }

    private static void CheckTotals(NewUsage usage, long tokens, long cost, long iterations)
    {
        if (tokens > long.MaxValue - usage.Tokens || cost > long.MaxValue - usage.Cost || iterations > long.MaxValue - usage.Iterations)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "The total would be too large to be kept; nothing was added.",
                $"Add less: a total of costs can be at most {Dollars.ToText(long.MaxValue)} dollars.");
    }
}
