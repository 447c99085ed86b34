using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>The table <c>agents</c>: who there is, found by name or id.</summary>
public sealed class AgentStore(Databases databases, ProjectStore projects, EventStore events, TimeSpan liveWindow)
{
    private const string DefaultType = "default";

    private const string Columns = """
        a.seq, a.project_seq, a.cost, a.id, a.name, a.type, a.status, p.name AS project, b.name AS parent, a.depth, a.instruction,
        a.template_ref AS template, a.workspace_path, a.current_task, a.pid, a.mcp_port, a.capabilities, a.permissions, a.config, a.tokens,
        a.iteration_count, a.last_heartbeat_at, a.created_at, a.updated_at,
        CASE WHEN a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince THEN 1 ELSE 0 END AS live
        """;

    private const string Tables = "agents a JOIN projects p ON p.seq = a.project_seq LEFT JOIN agents b ON b.seq = a.parent_seq";

    /// <summary>Registers in the root's default project: the same name is the same agent, what is given is updated.</summary>
    public Task<Agent> Register(NewAgent agent, CancellationToken cancellationToken = default)
    {
        agent.Validated();
        return databases.Central.Write(c => Register(c, agent, projects.GetOrCreateDefault(c)), cancellationToken);
    }

    /// <summary>The agent of that name or id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    public Task<Agent> Get(string nameOrId, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => Get(c, nameOrId), cancellationToken);

    /// <summary>The agent of that name or id; null when there is none.</summary>
    public Task<Agent?> FindKnown(string nameOrId, CancellationToken cancellationToken = default) => databases.Central.Read(c => Find(c, nameOrId), cancellationToken);

    /// <summary>The name to register under: the given one, or that of the agent whose id it is.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_name</c>, or <c>not_found</c> for an id that nobody has</exception>
    public async Task<AgentName> FindName(string nameOrId, CancellationToken cancellationToken = default) =>
        AgentName.Parse(AgentName.IsLikeId(nameOrId) ? (await Get(nameOrId, cancellationToken)).Name : nameOrId);

    /// <summary>One page of agents, the earliest registered first.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_cursor</c>, <c>cursor_expired</c></exception>
    public async Task<AgentPage> List(AgentFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        long after = filter.Cursor is { } text ? Cursor.Parse(text, filter.ListName, epoch).Seq : 0;
        return await databases.Central.Read(c => List(c, filter, after, epoch), cancellationToken);
    }

    internal Agent Register(Connection c, NewAgent agent, Project project)
    {
        Agent? known = Find(c, agent.Name.Value);
        if (known is not null && agent.RegisteredBy is { } by && !new[] { known.Name, known.Parent }.Contains(by, StringComparer.OrdinalIgnoreCase))
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"'{known.Name}' was registered meanwhile, and is not below '{by}'.", "Choose another name for yours.");
        Agent? parent = agent.Parent is null ? null : Get(c, agent.Parent);
        agent = agent with { Capabilities = agent.Capabilities ?? DefaultCapabilities(known, agent.Type) };
        if (known is null)
            Insert(c, agent, project, parent);
        else
            Update(c, known, agent, parent);
        Agent registered = Get(c, agent.Name.Value);
        if (agent.Capabilities is not null)
            AgentCapabilities.Keep(c, registered.Seq, agent.Capabilities);
        if (known is null or { Status: AgentStatus.Removed })
            events.Append(c, new("agent_registered") { ProjectSeq = registered.ProjectSeq, AgentSeq = registered.Seq, EntityType = "agent", EntityId = registered.Id });
        return registered;
    }

    /// <summary>Registers an agent that does not work itself; one that exists stays as it is.</summary>
    internal Agent AddInactive(Connection c, NewAgent agent, Project project)
    {
        if (Find(c, agent.Name.Value) is { } known)
            return known;
        Agent added = Register(c, agent, project);
        c.Execute("UPDATE agents SET status = 'inactive', last_heartbeat_at = NULL WHERE seq = @Seq", new { added.Seq });
        return Get(c, added.Name);
    }

    /// <summary>Registers an agent whose workspace is made but which nobody has started: unless it works already, it is inactive and not live.</summary>
    internal Agent Prepare(Connection c, NewAgent agent, Project project)
    {
        Agent? known = Find(c, agent.Name.Value);
        Agent registered = Register(c, agent, project);
        if (known is { Status: AgentStatus.Active or AgentStatus.Busy })
            return registered;
        c.Execute("UPDATE agents SET status = 'inactive', last_heartbeat_at = @Before WHERE seq = @Seq", new { registered.Seq, Before = known?.LastHeartbeatAt });
        return Get(c, registered.Name);
    }

    internal Agent? Find(Connection c, string nameOrId) => c.First<Agent>(
        $"SELECT {Columns} FROM {Tables} WHERE a.name_key = @Key OR a.id = @Id",
        new { Key = nameOrId.ToLowerInvariant(), Id = nameOrId, LiveSince = LiveSince(c) });

    /// <summary>The agent of that name or id, without what it is and does: for the calls that come most often.</summary>
    internal AgentRef Identify(Connection c, string nameOrId) => c.First<AgentRef>(
        "SELECT seq, project_seq, status, id, name, type FROM agents WHERE name_key = @Key OR id = @Id",
        new { Key = nameOrId.ToLowerInvariant(), Id = nameOrId }) ?? throw Unknown(c, nameOrId);

    internal Agent Get(Connection c, string nameOrId) => Find(c, nameOrId) ?? throw Unknown(c, nameOrId);

    /// <summary>The live agents of a session, the first to come first.</summary>
    internal List<PresentAgent> ListPresent(Connection c, long sessionSeq) => c.Query<PresentAgent>("""
        SELECT a.seq, a.id, a.name, a.type, a.status, a.current_task FROM session_agents s JOIN agents a ON a.seq = s.agent_seq
        WHERE s.session_seq = @Session AND s.left_at IS NULL AND a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince
        ORDER BY s.seq
        """, new { Session = sessionSeq, LiveSince = LiveSince(c) });

    /// <summary>An agent heard from after this moment is live.</summary>
    internal DateTimeOffset LiveSince(Connection c) => c.Time.Now - liveWindow;

    /// <summary>
    /// Those of its type for an agent that is new, comes back or becomes of another type; null for one that stays what it is. What an agent
    /// said itself is kept.
    /// </summary>
    private string[]? DefaultCapabilities(Agent? known, string? type)
    {
        bool becomes = known is null or { Status: AgentStatus.Removed } || (type is not null && type != known.Type);
        if (!becomes || (known is { Capabilities: [_, ..] said } && !IsDefault(known.Type, said)))
            return null;
        return databases.Types.Find(type ?? known?.Type ?? DefaultType)?.Capabilities;
    }

    private bool IsDefault(string type, string[] capabilities)
    {
        try
        {
            return databases.Types.Find(type)?.Capabilities.SequenceEqual(capabilities) == true;
        }
        catch (AgentCraftException)
        {
            // Nobody can say any more what its former type gave it.
            return false;
        }
    }

    private void Insert(Connection c, NewAgent agent, Project project, Agent? parent) => c.Execute("""
        INSERT INTO agents (id, name, name_key, project_seq, parent_seq, depth, type, instruction, template_ref, workspace_path, status, pid,
                            mcp_port, capabilities, permissions, config, last_heartbeat_at, created_at, updated_at)
        VALUES (@Id, @Name, @Key, @Project, @Parent, @Depth, @Type, @Instruction, @Template, @WorkspacePath, 'active', @Pid,
                @McpPort, COALESCE(@Capabilities, '[]'), COALESCE(@Permissions, '{}'), COALESCE(@Config, '{}'), @Now, @Now, @Now)
        """,
        new
        {
            Id = Ids.NewAgent(agent.Name.Value, c.Time.Now),
            Name = agent.Name.Value,
            agent.Name.Key,
            Project = project.Seq,
            Parent = parent?.Seq,
            Depth = parent is null ? 0 : parent.Depth + 1,
            Type = agent.Type ?? DefaultType,
            agent.Instruction,
            agent.Template,
            agent.WorkspacePath,
            agent.Pid,
            agent.McpPort,
            agent.Capabilities,
            agent.Permissions,
            agent.Config,
            Now = c.Time.Now,
        });

    private void Update(Connection c, Agent known, NewAgent agent, Agent? parent)
    {
        if (parent is not null)
            AgentTree.Move(c, known, parent);
        // Registering again as before is no change, only a sign of life.
        bool changes = agent.Changes(known) || (parent is not null && parent.Name != known.Parent);
        c.Execute("""
            UPDATE agents
            SET type = COALESCE(@Type, type), instruction = COALESCE(@Instruction, instruction), template_ref = COALESCE(@Template, template_ref),
                workspace_path = COALESCE(@WorkspacePath, workspace_path), pid = COALESCE(@Pid, pid), mcp_port = COALESCE(@McpPort, mcp_port),
                capabilities = COALESCE(@Capabilities, capabilities), permissions = COALESCE(@Permissions, permissions),
                config = COALESCE(@Config, config), status = CASE WHEN status = 'busy' THEN 'busy' ELSE 'active' END,
                last_heartbeat_at = @Now, updated_at = CASE WHEN @Changes = 1 THEN @Now ELSE updated_at END
            WHERE seq = @Seq
            """,
            new
            {
                known.Seq,
                agent.Type,
                agent.Instruction,
                agent.Template,
                agent.WorkspacePath,
                agent.Pid,
                agent.McpPort,
                agent.Capabilities,
                agent.Permissions,
                agent.Config,
                Changes = changes,
                Now = c.Time.Now,
            });
    }

    private AgentPage List(Connection c, AgentFilter filter, long after, string epoch)
    {
        const string Where = """
            (@Type IS NULL OR a.type = @Type) AND (@Status IS NULL OR a.status = @Status) AND (@Parent IS NULL OR a.parent_seq = @Parent)
            AND (@Project IS NULL OR a.project_seq = @Project)
            AND (@All = 1 OR (a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince))
            """;
        var terms = new
        {
            filter.Type,
            filter.Status,
            Parent = filter.Parent is null ? (long?)null : Get(c, filter.Parent).Seq,
            Project = filter.Project is null ? (long?)null : projects.FindKnown(c, filter.Project)?.Seq ?? 0,
            All = filter.IncludesInactive,
            LiveSince = LiveSince(c),
            After = after,
            Limit = filter.Limit + 1,
        };
        List<Agent> agents = c.Query<Agent>($"SELECT {Columns} FROM {Tables} WHERE a.seq > @After AND {Where} ORDER BY a.seq LIMIT @Limit", terms);
        bool hasMore = Paging.CutToPage(agents, filter.Limit);
        return new()
        {
            Agents = agents,
            Total = c.First<long>($"SELECT count(*) FROM agents a WHERE {Where}", terms),
            HasMore = hasMore,
            Cursor = new Cursor(filter.ListName, epoch, agents.Count > 0 ? agents[^1].Seq : after).ToString(),
        };
    }

    private static AgentCraftException Unknown(Connection c, string nameOrId)
    {
        List<string> names = c.Query<string>("SELECT name FROM agents WHERE status <> 'removed' ORDER BY seq DESC LIMIT 1000");
        return new(ErrorCodes.NotFound, $"No agent '{Text.Shown(nameOrId)}'.",
            $"{Text.DidYouMean(nameOrId, names)}list_agents with includeInactive shows all; register_agent adds one.");
    }
}
