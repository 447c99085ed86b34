using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Claims;

/// <summary>What the SQL of claims selects; its properties are the parameters of the statement.</summary>
internal sealed record ClaimSelection
{
    private const string Columns = """
        c.seq, c.agent_seq, c.id, a.name AS agent, c.pattern, c.exclusive, c.reason, c.created_at, c.lease_until AS expires_at, c.released_at
        """;

    private const string Tables = "claims c JOIN agents a ON a.seq = c.agent_seq";

    private const string LeaseEnded = "((c.lease_boot_id = @BootId AND c.lease_boot_ms <= @BootMs) OR (c.lease_boot_id <> @BootId AND c.lease_until <= @Now))";

    public ClaimSelection(Connection c) => (BootId, BootMs, Now) = (c.Time.BootId, c.Time.BootMilliseconds, c.Time.Now);

    public string BootId { get; }
    public long BootMs { get; }
    public DateTimeOffset Now { get; }

    public string? Id { get; init; }
    public long? Holder { get; init; }
    public long? Project { get; init; }
    public long? Session { get; init; }
    public bool? Exclusive { get; init; }
    public bool IncludeEnded { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public long After { get; init; }
    public int Limit { get; init; } = int.MaxValue;

    private string Where => "1 = 1"
        + (Id is null ? "" : " AND c.id = @Id")
        + (Holder is null ? "" : " AND c.agent_seq = @Holder")
        + (Project is null ? "" : " AND a.project_seq = @Project")
        + (Session is null ? "" : " AND c.session_seq = @Session")
        + (Exclusive is null ? "" : " AND c.exclusive = @Exclusive")
        + (IncludeEnded ? "" : $" AND c.released_at IS NULL AND NOT {LeaseEnded}")
        + new TimeRange(Since, Until).Where("c.created_at");

    /// <summary>The oldest first.</summary>
    public List<Claim> Query(Connection c) => c.Query<Claim>($"SELECT {Columns} FROM {Tables} WHERE {Where} AND c.seq > @After ORDER BY c.seq LIMIT @Limit", this);

    public long Count(Connection c) => c.First<long>($"SELECT count(*) FROM {Tables} WHERE {Where}", this);

    /// <summary>Writes down that leases have ended, so that nobody need look at them again.</summary>
    public void Sweep(Connection c) =>
        c.Execute($"UPDATE claims SET released_at = @Now WHERE seq IN (SELECT c.seq FROM claims c WHERE c.released_at IS NULL AND {LeaseEnded})", this);
}
