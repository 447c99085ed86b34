namespace AgentCraft.Data.Storage.Backups;

/// <summary>What a copy says of itself.</summary>
internal sealed record FileFacts
{
    /// <summary>What was applied to it; none in a file that is no store.</summary>
    public required IReadOnlyList<Applied> Migrations { get; init; }

    /// <summary>Which life of it.</summary>
    public string? Epoch { get; init; }

    /// <summary>In the central file: the projects' names.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Reads them from a copy.</summary>
    public static FileFacts Of(string copy, StoreSettings settings)
    {
        using Connection c = CopyConnections.OfCopy(copy, settings);
        return Of(c);
    }

    public static FileFacts Of(Connection c) => !Has(c, "_migrations") ? new() { Migrations = [] } : new()
    {
        Migrations = c.Query<Applied>("SELECT set_name, name, checksum FROM _migrations ORDER BY seq"),
        Epoch = Has(c, "store_info") ? c.First<string>("SELECT value FROM store_info WHERE key = 'epoch'") : null,
        Projects = Has(c, "projects") ? c.Query<string>("SELECT name FROM projects ORDER BY seq LIMIT 1000") : [],
    };

    private static bool Has(Connection c, string table) => c.First<long>(c.Dialect.CountTables, new { Name = table }) == 1;

    /// <summary>A migration that was applied.</summary>
    internal sealed record Applied
    {
        public string SetName { get; init; } = "";
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
    }
}
