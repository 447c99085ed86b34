using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Toolbox;

/// <summary>Finds agents by what they can do, with what they may use: one query, however many agents and tools there are.</summary>
public sealed class CapabilitySearch(Databases databases, AgentStore agents, ProjectStore projects)
{
    // The total is a row even when the page has none.
    private const string Sql = """
        WITH matching (seq) AS (
            SELECT a.seq FROM agent_capabilities k JOIN agents a ON a.seq = k.agent_seq
            WHERE k.capability_key = @Key AND a.status <> 'removed' AND (@Project IS NULL OR a.project_seq = @Project)
              AND (@All = 1 OR (a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince))),
        page (seq) AS (SELECT seq FROM matching WHERE seq > @After ORDER BY seq LIMIT @Limit)
        SELECT m.total, a.seq, a.id, a.name, a.type, p.name AS project, a.status, a.current_task, a.capabilities,
               CASE WHEN a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince THEN 1 ELSE 0 END AS live,
               t.name AS tool, t.description, t.category, t.mcp_server, t.mcp_tool, g.limits, d.name AS defined_by
        FROM (SELECT count(*) AS total FROM matching) m
        LEFT JOIN page ON 1 = 1
        LEFT JOIN agents a ON a.seq = page.seq
        LEFT JOIN projects p ON p.seq = a.project_seq
        LEFT JOIN agent_tools g ON g.agent_seq = a.seq
        LEFT JOIN tool_definitions t ON t.seq = g.tool_seq
        LEFT JOIN agents d ON d.seq = t.defined_by_seq
        ORDER BY a.seq, g.seq
        """;

    /// <summary>One page of agents that can do it.</summary>
    public async Task<CapableAgentPage> Find(CapabilityFilter filter, CancellationToken cancellationToken = default)
    {
        filter.Validated();
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c => Find(c, filter, epoch), cancellationToken);
    }

    internal CapableAgentPage Find(Connection c, CapabilityFilter filter, string epoch)
    {
        string key = AgentCapabilities.Key(filter.Capability), list = Paging.ListName("capable", key, filter.Project, filter.IncludeInactive);
        long after = filter.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : 0;
        long? project = filter.Project is null ? null : projects.FindKnown(c, filter.Project)?.Seq ?? 0;
        List<Row> rows = c.Query<Row>(Sql, new
        {
            Key = key, Project = project, All = filter.IncludeInactive, LiveSince = agents.LiveSince(c), After = after, Limit = filter.Limit + 1,
        });
        List<CapableAgent> found = [.. rows.Where(row => row.Seq > 0).GroupBy(row => row.Seq).Select(Agent)];
        bool hasMore = Paging.CutToPage(found, filter.Limit);
        return new()
        {
            Agents = found,
            Total = rows[0].Total,
            HasMore = hasMore,
            Cursor = new Cursor(list, epoch, found.Count > 0 ? found[^1].Seq : after).ToString(),
            Similar = rows[0].Total > 0 ? null : Text.Nearest(filter.Capability, c.Query<string>("SELECT DISTINCT capability_key FROM agent_capabilities LIMIT 1000")),
        };
    }

    private static CapableAgent Agent(IGrouping<long, Row> rows)
    {
        Row agent = rows.First();
        return new()
        {
            Seq = agent.Seq,
            Id = agent.Id,
            Name = agent.Name,
            Type = agent.Type,
            Project = agent.Project,
            Status = agent.Status,
            Live = agent.Live,
            CurrentTask = agent.CurrentTask,
            Capabilities = agent.Capabilities,
            Tools = [.. rows.Where(row => row.Tool is not null).Select(row => new UsableTool
            {
                Name = row.Tool!, Description = row.Description, Category = row.Category, McpServer = row.McpServer, McpTool = row.McpTool,
                Limits = row.Limits, DefinedBy = row.DefinedBy,
            })],
        };
    }

    private sealed class Row
    {
        public long Total { get; init; }
        public long Seq { get; init; }
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Type { get; init; } = "";
        public string Project { get; init; } = "";
        public AgentStatus Status { get; init; }
        public bool Live { get; init; }
        public string? CurrentTask { get; init; }
        public string[] Capabilities { get; init; } = [];
        public string? Tool { get; init; }
        public string Description { get; init; } = "";
        public string? Category { get; init; }
        public string? McpServer { get; init; }
        public string? McpTool { get; init; }
        public JsonElement Limits { get; init; }
        public string? DefinedBy { get; init; }
    }
}
