using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>The SQLite library that is loaded, against the bugs of SQLite that matter to us.</summary>
internal sealed class SqliteCheck : ICheck
{
    private const string Variable = "AGENTCRAFT__SQLITE__LIBRARY";

    /// <summary>In which versions, what it does, and what keeps us from it where something does.</summary>
    internal sealed record KnownBug(string Name, Version First, Version Last, string What, string? AvoidedBy = null)
    {
        public bool IsIn(Version version) => version >= First && version <= Last;
    }

    internal static readonly IReadOnlyList<KnownBug> KnownBugs =
    [
        new("no RETURNING", new(3, 0, 0), new(3, 34, 999), "it lacks RETURNING and DROP COLUMN, which every write and migration uses"),
        new("DROP COLUMN", new(3, 35, 0), new(3, 35, 4), "dropping a column, as agentcraft migrate down does, can mix up the values of the others (mended in 3.35.5)"),
        // sqlite.org/wal.html, "The WAL-reset bug"; the name stands in the README and in DESIGN.md.
        new("WAL-reset bug", new(3, 7, 0), new(3, 51, 2), "a checkpoint that races a commit can damage the file",
            "all processes commit, checkpoint and close through one gate (session.db.gate), and the bug needs a checkpoint to race a commit"),
        new("withdrawn", new(3, 52, 0), new(3, 52, 0), "its authors have withdrawn that version"),
    ];

    public string Name => "sqlite";

    public string Title => "SQLite";

    public bool AppliesTo(Premises premises) => premises.IsFiles;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        SqliteLibrary used;
        IReadOnlyList<SqliteLibrary> candidates;
        try
        {
            (used, candidates) = premises.Around.Sqlite(premises.Settings.Sqlite.Library);
        }
        catch (AgentCraftException unusable)
        {
            return Task.FromResult(new Seen("none that can be used", Finding.Error(unusable.Message, "No file of the store can be opened.", $"{Variable}=auto {premises.Command("doctor")}")));
        }
        KnownBug[] bugs = [.. KnownBugs.Where(bug => bug.IsIn(used.Version))];
        string avoided = string.Concat(bugs.Where(bug => bug.AvoidedBy is not null).Select(bug => $"; it has the {bug.Name}, and you are safe: {bug.AvoidedBy}"));
        return Task.FromResult(new Seen(
            $"{used.Version} ({used.Source}), synchronous={premises.Settings.Sqlite.Synchronous.ToString().ToLowerInvariant()}{avoided}",
            [.. bugs.Where(bug => bug.AvoidedBy is null).Select(bug => Finding.Error($"SQLite {used.Version} ({used.Source}: {used.Path}) has a known bug: {bug.What}.",
                "What agents stored may be damaged or refused.", Next(premises, candidates)))]));
    }

    private static string Next(Premises premises, IReadOnlyList<SqliteLibrary> candidates) =>
        candidates.Where(one => one.HasFullTextSearch && one.HasJson && !KnownBugs.Any(bug => bug.AvoidedBy is null && bug.IsIn(one.Version))).MaxBy(one => one.Version) is { } better
            ? $"{Variable}={better.Source} {premises.Command("doctor")}" : $"{Variable}=/path/to/libsqlite3.so.0 {premises.Command("doctor")}";
}
