using System.Reflection;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// Writes a project, or everything, as JSON Lines: a header, each row of each table, a trailer. Rows stream from one snapshot of each
/// database, the central one first, as in a backup: what it names the agents' own files have.
/// </summary>
public sealed class StoreExport(Databases databases, AgentStore agents, ProjectStore projects, string keeperName)
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to; not closed.</param>
    /// <param name="project">The one project, and what all projects share; null for everything.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>store_unavailable</c></exception>
    public async Task<ExportSummary> Write(Stream output, string? project = null, Action<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using TransferWriter writer = new(output);
        ExportRun run = new(writer, progress, cancellationToken);
        ExportedCentral central = await databases.Central.ReadLong(run.Once(c => WriteCentral(c, run, project)), cancellationToken);
        List<string> warnings = [];
        foreach (AgentRef agent in central.Agents.Where(agent => databases.HasAgent(agent.Name)))
            warnings.AddRange(await new ExportedAgent(databases, run, central, agent).Write());
        run.Report();
        return new()
        {
            Projects = [.. central.Projects.Select(known => known.Name)],
            Sha256 = writer.WriteEnd(),
            Counts = writer.Counts,
            Rows = writer.Rows,
            Bytes = writer.Bytes,
            Warnings = [.. central.Warnings, .. warnings],
        };
    }

    private ExportedCentral WriteCentral(Connection c, ExportRun run, string? nameOrId)
    {
        Project? only = nameOrId is null ? null : projects.FindKnown(c, nameOrId) ?? throw projects.Unknown(c, nameOrId);
        TransferSchema schema = TransferSchema.OfCentral(databases.Engine);
        ExportScope scope = new(schema, only);
        Dictionary<string, long> counts = schema.Tables.ToDictionary(table => table.Name, table => scope.Count(c, table));
        Agent? keeper = agents.Find(c, keeperName);
        List<TransferName> exported = c.Query<TransferNameRow>("SELECT id, name FROM projects WHERE @Only IS NULL OR id = @Only ORDER BY seq", new { Only = only?.Id })
            .ConvertAll(row => new TransferName(row.Id, row.Name));
        string? byDefault = c.First<string>("SELECT value FROM store_info WHERE key = 'default_project'");
        run.Total = counts.Values.Sum();
        run.Writer.Write(new TransferHeader
        {
            Agentcraft = "export",
            Format = TransferHeader.CurrentFormat,
            Program = typeof(StoreExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
            ExportedAt = c.Time.Now,
            Engine = databases.Engine,
            Schemas = Schemas(),
            IsWhole = only is null,
            Projects = exported,
            DefaultProject = exported.Exists(known => known.Id == byDefault) ? byDefault : null,
            Keeper = keeper is null ? null : new(keeper.Id, keeper.Name),
            Counts = counts,
        });
        foreach (TransferTable table in schema.Tables)
            foreach ((_, object?[] values) in new TransferQuery(schema, table).Stream(c, $"WHERE {scope.Condition(table, "t")} {Unexpired(table)} ORDER BY t.seq", scope.Parameters(c)))
                run.WriteRow(table, values, "");
        return new(only, exported, keeper, ListAgents(c, only, keeper), c.First<long>("SELECT COALESCE(max(seq), 0) FROM messages"), scope.Warnings(c));
    }

    internal static string Unexpired(TransferTable table) => table.Name == TransferRules.Keys ? "AND t.expires_at >= @Now" : "";

    private Dictionary<string, string> Schemas() => MigrationSet.EmbeddedAgentSets.Select(set => MigrationSet.Get(set, databases.Engine))
        .Prepend(MigrationSet.Get("central", databases.Engine)).ToDictionary(set => set.Name, set => set.Migrations[^1].Name);

    /// <summary>The keeper of hand-overs may be of another project.</summary>
    private static List<AgentRef> ListAgents(Connection c, Project? only, Agent? keeper) => c.Query<AgentRef>("""
        SELECT seq, project_seq, status, id, name, type FROM agents WHERE @Project IS NULL OR project_seq = @Project OR seq = @Keeper ORDER BY seq
        """, new { Project = only?.Seq, Keeper = keeper?.Seq });

    private sealed class TransferNameRow
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
    }
}

/// <summary>What the central snapshot said, for the agents' own rows.</summary>
internal sealed record ExportedCentral(Project? Only, List<TransferName> Projects, Agent? Keeper, List<AgentRef> Agents, long NewestMessage, IReadOnlyList<string> Warnings)
{
    private readonly HashSet<string> _ids = [.. Agents.Where(agent => Only is null || agent.ProjectSeq == Only.Seq).Select(agent => agent.Id)];

    /// <summary>The agent's row is in the file.</summary>
    public bool Has(string agentId) => _ids.Contains(agentId);
}

/// <summary>An export under way.</summary>
internal sealed class ExportRun(TransferWriter writer, Action<TransferProgress>? progress, CancellationToken cancellationToken)
{
    private const int Often = 1000;

    public TransferWriter Writer => writer;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>How many rows there will be, as far as is known.</summary>
    public long Total { get; set; }

    public void WriteRow(TransferTable table, object?[] values, string prefix)
    {
        writer.WriteRow(table, values, prefix);
        if (writer.Rows % Often == 0)
            Report();
    }

    public void Report()
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Invoke(new("exporting", writer.Rows, Math.Max(Total, writer.Rows)));
    }

    /// <summary>A read may be run again when its connection broke; what it has written by then cannot be taken back.</summary>
    public Func<Connection, T> Once<T>(Func<Connection, T> read)
    {
        bool hasRun = false;
        return c =>
        {
            if (hasRun)
                throw new AgentCraftException(ErrorCodes.StoreUnavailable, "The connection to the store broke while it was being read.", "Nothing is lost. Export again.");
            hasRun = true;
            return read(c);
        };
    }
}
