using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Toolbox;

/// <summary>The table <c>tool_definitions</c>: what tools there are for agents.</summary>
public sealed class ToolStore(Databases databases, AgentStore agents, EventStore events, IdempotencyKeys keys)
{
    private const string Columns = """
        t.seq, t.id, t.name, t.description, t.input_schema, t.category, t.mcp_server, t.mcp_tool, a.name AS defined_by, t.created_at, t.updated_at
        """;

    private const string Tables = "tool_definitions t LEFT JOIN agents a ON a.seq = t.defined_by_seq";

    /// <summary>Defines a tool: the same name is the same tool, what is given is updated.</summary>
    public Task<DefinedTool> Define(NewTool tool, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        tool.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef? teller = tool.By is null ? null : agents.Identify(c, tool.By);
            (DefinedTool defined, bool replayed) = keys.Run(c, teller?.Id ?? "", idempotencyKey, tool,
                DataJson.Default.NewTool, DataJson.Default.DefinedTool, () => Define(c, tool, teller));
            return defined with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>One page of tools, the earliest defined first.</summary>
    public async Task<ToolPage> ListTools(ToolFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        long after = filter.Cursor is { } text ? Cursor.Parse(text, ListOf(filter), epoch).Seq : 0;
        return await databases.Central.Read(c => ListTools(c, filter, after, epoch), cancellationToken);
    }

    /// <summary>The tool of that name or id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal ToolDefinition Get(Connection c, string nameOrId) => Find(c, nameOrId)
        ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No tool '{Text.Shown(nameOrId)}'.",
            Text.DidYouMean(nameOrId, c.Query<string>("SELECT name FROM tool_definitions ORDER BY seq DESC LIMIT 1000"))
            + "list_tool_definitions shows all; define_tool adds one.");

    private static ToolDefinition? Find(Connection c, string nameOrId) => c.First<ToolDefinition>(
        $"SELECT {Columns} FROM {Tables} WHERE t.name_key = @Key OR t.id = @Id", new { Key = nameOrId.ToLowerInvariant(), Id = nameOrId });

    private DefinedTool Define(Connection c, NewTool tool, AgentRef? teller)
    {
        ToolDefinition? known = Find(c, tool.Name);
        if (known is not null && !tool.Changes(known))
            return new() { Tool = known };
        if (known is null)
            Insert(c, tool, teller);
        else
            Update(c, known, tool, teller);
        ToolDefinition defined = Get(c, tool.Name);
        events.Append(c, new("tool_defined")
        {
            ProjectSeq = teller?.ProjectSeq, AgentSeq = teller?.Seq, EntityType = "tool", EntityId = defined.Id,
            Data = new JsonObject { ["name"] = defined.Name, ["isNew"] = known is null }.ToJsonString(),
        });
        return new() { Tool = defined, Changed = true };
    }

    private static void Insert(Connection c, NewTool tool, AgentRef? teller) => c.Execute("""
        INSERT INTO tool_definitions (id, name, name_key, description, input_schema, category, mcp_server, mcp_tool, defined_by_seq, created_at, updated_at)
        VALUES (@Id, @Name, @Key, @Description, COALESCE(@InputSchema, '{}'), NULLIF(@Category, ''), NULLIF(@McpServer, ''), NULLIF(@McpTool, ''), @By, @Now, @Now)
        """,
        new
        {
            Id = Ids.New("tool", c.Time.Now),
            tool.Name,
            Key = tool.Name.ToLowerInvariant(),
            tool.Description,
            tool.InputSchema,
            tool.Category,
            tool.McpServer,
            tool.McpTool,
            By = teller?.Seq,
            c.Time.Now,
        });

    /// <summary>Whoever changes it is now the one whose words these are.</summary>
    private static void Update(Connection c, ToolDefinition known, NewTool tool, AgentRef? teller) => c.Execute("""
        UPDATE tool_definitions
        SET description = @Description, input_schema = COALESCE(@InputSchema, input_schema), category = NULLIF(COALESCE(@Category, category), ''),
            mcp_server = NULLIF(COALESCE(@McpServer, mcp_server), ''), mcp_tool = NULLIF(COALESCE(@McpTool, mcp_tool), ''),
            defined_by_seq = @By, updated_at = @Now
        WHERE seq = @Seq
        """, new { known.Seq, tool.Description, tool.InputSchema, tool.Category, tool.McpServer, tool.McpTool, By = teller?.Seq, c.Time.Now });

    private ToolPage ListTools(Connection c, ToolFilter filter, long after, string epoch)
    {
        const string Where = """
            (@Category IS NULL OR t.category = @Category) AND (@McpServer IS NULL OR t.mcp_server = @McpServer)
            AND (@Agent IS NULL OR EXISTS (SELECT 1 FROM agent_tools g WHERE g.agent_seq = @Agent AND g.tool_seq = t.seq))
            """;
        long? agent = filter.GrantedTo is null ? null : agents.Identify(c, filter.GrantedTo).Seq;
        List<ToolDefinition> tools = c.Query<ToolDefinition>($"SELECT {Columns} FROM {Tables} WHERE t.seq > @After AND {Where} ORDER BY t.seq LIMIT @Limit",
            new { After = after, filter.Category, filter.McpServer, Agent = agent, Limit = filter.Limit + 1 });
        bool hasMore = Paging.CutToPage(tools, filter.Limit);
        return new()
        {
            Tools = tools,
            Total = c.First<long>($"SELECT count(*) FROM tool_definitions t WHERE {Where}", new { filter.Category, filter.McpServer, Agent = agent }),
            HasMore = hasMore,
            Cursor = new Cursor(ListOf(filter), epoch, tools.Count > 0 ? tools[^1].Seq : after).ToString(),
        };
    }

    private static string ListOf(ToolFilter filter) => Paging.ListName("tools", filter.Category, filter.McpServer, filter.GrantedTo?.ToLowerInvariant());
}
