using System.Runtime.CompilerServices;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Maintenance;

/// <summary>Whether every page, index and reference of a store is as it should be. It reads everything, and stops nobody.</summary>
public sealed class StoreCheck(Databases databases, AgentStore agents)
{
    private const string Central = "central";
    private const int MostProblems = 50;

    /// <summary>Checks the central rows and those of agents, or of one.</summary>
    /// <param name="file"><c>central</c>, an agent's name or id, or null for everything.</param>
    /// <param name="cancellationToken">Gives up between two files.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public async Task<CheckedStore> Verify(string? file, CancellationToken cancellationToken = default)
    {
        List<StoreProblem> problems = [];
        int count = 0;
        await foreach ((Database database, string name) in Stores(file, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Check(database, name, problems);
            count++;
        }
        return new() { Ok = problems.Count == 0, Checked = count, Problems = [.. problems.Take(MostProblems)], MoreProblems = Math.Max(0, problems.Count - MostProblems) };
    }

    private async IAsyncEnumerable<(Database, string)> Stores(string? file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (file is null or Central)
            yield return (databases.Central, Central);
        if (file == Central)
            yield break;
        List<AgentRef> owners = await databases.Central.Read(c => file is null
            ? c.Query<AgentRef>("SELECT seq, project_seq, status, id, name, type FROM agents ORDER BY seq") : [agents.Identify(c, file)], cancellationToken);
        if (await databases.FindSharedAgents(cancellationToken) is { } shared)
            yield return (shared, "agents");
        else
            foreach (AgentRef agent in owners.Where(agent => databases.HasAgent(agent.Name) && databases.IsFiles))
                yield return (databases.Agent(agent.Name, agent.Type), agent.Name);
    }

    private async Task Check(Database database, string name, List<StoreProblem> problems)
    {
        try
        {
            problems.AddRange((await database.ReadLong(c => databases.IsFiles ? CheckFile(c) : CheckServer(c))).Select(problem => new StoreProblem(name, problem)));
        }
        catch (AgentCraftException failure) when (failure.Code is ErrorCodes.StoreUnavailable or ErrorCodes.StoreDamaged or ErrorCodes.StoreTooNew or ErrorCodes.MigrationMismatch)
        {
            problems.Add(new(name, failure.Message));
        }
    }

    private static List<string> CheckFile(Connection c) =>
    [
        .. c.Query<string>("PRAGMA integrity_check").Where(line => line != "ok"),
        .. c.Query<Orphan>("PRAGMA foreign_key_check").Select(orphan => $"row {orphan.RowId} of {orphan.Table} refers to a row of {orphan.Parent} that is not there"),
    ];

    /// <summary>PostgreSQL keeps references itself; what it can have is an index or a rule that was left unfinished.</summary>
    private static List<string> CheckServer(Connection c) => c.Query<string>("""
        SELECT 'the index ' || CAST(i.indexrelid AS regclass) || ' is not valid' FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
        WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND NOT i.indisvalid
        UNION ALL
        SELECT 'the rule ' || conname || ' of ' || CAST(conrelid AS regclass) || ' is not valid' FROM pg_constraint
        WHERE connamespace = CAST(current_schema() AS regnamespace) AND NOT convalidated
        """);

    private sealed class Orphan
    {
        public string Table { get; init; } = "";
        public long? RowId { get; init; }
        public string Parent { get; init; } = "";
    }
}

/// <summary>What a check found.</summary>
public sealed record CheckedStore
{
    /// <summary>Nothing is wrong.</summary>
    public bool Ok { get; init; }
    /// <summary>How many files were checked; on PostgreSQL how many schemas.</summary>
    public int Checked { get; init; }
    /// <summary>What is wrong, where.</summary>
    public required IReadOnlyList<StoreProblem> Problems { get; init; }
    /// <summary>How many more there are.</summary>
    public int MoreProblems { get; init; }
}

/// <summary>Something that is wrong.</summary>
/// <param name="File"><c>central</c>, or whose.</param>
/// <param name="Problem">What.</param>
public sealed record StoreProblem(string File, string Problem);
