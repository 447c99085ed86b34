using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Pruning;

/// <summary>Rows of a central table that are to go; its properties are the parameters of the statement.</summary>
internal sealed record PruneSelection
{
    private const int Widest = 10_000;

    public required RecordKind Kind { get; init; }
    public long? Agent { get; init; }
    public long? Project { get; init; }
    public string? Type { get; init; }
    public DateTimeOffset? Before { get; init; }
    public long After { get; init; }
    /// <summary>The newest row when pruning began: what is added meanwhile stays.</summary>
    public long High { get; init; } = long.MaxValue;
    public int Limit { get; init; }

    public string Table => Kind switch { RecordKind.Events => "session_events", RecordKind.Outputs => "outputs", _ => "agent_metrics" };

    public string Where => "r.seq > @After AND r.seq <= @High"
        + (Agent is null ? "" : " AND r.agent_seq = @Agent")
        + (Project is null ? "" : Kind == RecordKind.Metrics ? " AND r.agent_seq IN (SELECT seq FROM agents WHERE project_seq = @Project)" : " AND r.project_seq = @Project")
        + (Type is null ? "" : Kind switch { RecordKind.Events => " AND r.event_type = @Type", RecordKind.Outputs => " AND r.type = @Type", _ => " AND r.name = @Type" })
        + (Before is null ? "" : Kind == RecordKind.Metrics ? " AND r.recorded_at < @Before" : " AND r.created_at < @Before");

    public long Count(Connection c) => c.First<long>($"SELECT count(*) FROM {Table} r WHERE {Where}", this);

    public PruneSelection UpToNow(Connection c) => this with { High = c.First<long>($"SELECT COALESCE(max(seq), 0) FROM {Table}") };

    /// <summary>The next few to go, the oldest first.</summary>
    public List<PrunedRow> Next(Connection c) => c.Query<PrunedRow>(
        $"SELECT r.seq, r.agent_seq, {(Kind == RecordKind.Metrics ? "r.name" : "''")} AS name FROM {Table} r WHERE {Where} ORDER BY r.seq LIMIT @Limit", this);

    /// <summary>Where the next few lie, never far apart; null when there are none.</summary>
    public SeqRange? NextStretch(Connection c)
    {
        List<PrunedRow> next = Next(c);
        return next.Count == 0 ? null : new() { Low = next[0].Seq, High = next.TakeWhile(row => row.Seq < next[0].Seq + Widest).Last().Seq };
    }

    public void Delete(Connection c) => c.Execute($"DELETE FROM {Table} WHERE seq IN (SELECT r.seq FROM {Table} r WHERE {Where})", this);
}

/// <summary>A row that goes.</summary>
internal sealed class PrunedRow
{
    public long Seq { get; init; }
    public long? AgentSeq { get; init; }
    public string Name { get; init; } = "";
}
