using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AgentCraft.Data.Paths;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Storage.Schemas;

/// <summary>
/// The schemas of agent types that one root knows: those that ship, and the project's own below <c>.agentcraft/schemas/agents</c>. What
/// ships cannot be replaced.
/// </summary>
/// <param name="root">The root.</param>
/// <param name="engine">Whose forks of a file count: <c>sqlite</c>, <c>postgres</c>.</param>
internal sealed partial class AgentSchemas(string root, string engine)
{
    private const string Common = "common";
    private const int LargestFile = 256 * 1024;
    private const int MostFiles = 200;

    private readonly ConcurrentDictionary<string, MigrationSet> _known = new(StringComparer.Ordinal);

    /// <summary>The schema of types without one.</summary>
    public string Default { get; init; } = "default";

    /// <summary>Types that use the schema of another.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>The schema of a type; null when it has none of its own and uses no other's.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for a schema of the project that says more than it may</exception>
    public MigrationSet? Find(string type) => FindNamed(Map.GetValueOrDefault(type, type));

    /// <summary>The schema of that name, whoever uses it; null when there is none.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for a schema of the project that says more than it may</exception>
    public MigrationSet? FindNamed(string type)
    {
        if (_known.TryGetValue(type, out MigrationSet? known))
            return known;
        MigrationSet? found = type == Common ? null : MigrationSet.Find($"agents/{type}", engine) ?? Read(type);
        return found is null ? null : _known.GetOrAdd(type, found);
    }

    /// <summary>The one of agents whose type has none.</summary>
    public MigrationSet OfOthers => FindNamed(Default)
        ?? throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"agents.defaultSchema names '{Default}', which there is not.", $"There are: {string.Join(", ", Types)}.");

    /// <summary>What every agent has.</summary>
    public MigrationSet OfAll => field ??= MigrationSet.Get($"agents/{Common}", engine);

    /// <summary>A set by the name under which it is applied: <c>central</c>, <c>agents/common</c>, <c>agents/default</c>; null when nobody knows it any more.</summary>
    public MigrationSet? FindSet(string set) => set == "central" ? MigrationSet.Get(set, engine) : set == OfAll.Name ? OfAll : FindNamed(set["agents/".Length..]);

    /// <summary>The tables of a set that was applied, by its name such as <c>agents/default</c>; empty when nobody knows it any more.</summary>
    public IReadOnlyList<string> AgentTables(string set) => set == OfAll.Name ? OfAll.AgentTables : FindNamed(set["agents/".Length..])?.AgentTables ?? [];

    /// <summary>The types that have a schema: those that ship, and the project's.</summary>
    public IReadOnlyList<string> Types
    {
        get
        {
            string folder = Path.Combine(root, ".agentcraft", "schemas", "agents");
            IEnumerable<string> own = Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)!) : [];
            return [.. MigrationSet.EmbeddedAgentSets.Select(set => set["agents/".Length..]).Concat(own).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    private MigrationSet? Read(string type)
    {
        string folder = Path.Combine(root, ".agentcraft", "schemas", "agents");
        // By the exact name of an existing directory: whatever a type is called, it leads nowhere else.
        if (!TypeName().IsMatch(type) || !Directory.Exists(folder) || !Directory.EnumerateDirectories(folder).Any(path => Path.GetFileName(path) == type))
            return null;
        try
        {
            MigrationSet set = new($"agents/{type}", [.. Read(type, Path.Combine(folder, type))]) { IsProjects = true };
            if (set.Migrations.Count == 0)
                return null;
            ProjectSchema check = new(type, Shipped().Contains);
            foreach (Migration migration in set.Migrations)
                check.Check(migration);
            return set;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"The schema of the agent type '{type}' cannot be read: {failure.Message}", "Check .agentcraft/schemas/agents.", inner: failure);
        }
    }

    private IEnumerable<Migration> Read(string type, string folder)
    {
        List<string> files = [.. Directory.EnumerateFiles(folder, "*.sql").Order(StringComparer.Ordinal)];
        if (files.Count > MostFiles || files.Find(file => !FileName().IsMatch(Path.GetFileName(file))) is not null)
            throw Fault(type, $"a schema has at most {MostFiles} files with names such as 0001-reviews.sql, or 0001-reviews.postgres.sql for one engine");
        foreach (IGrouping<string, string> forks in files.GroupBy(file => MigrationSet.WithoutEngine(Path.GetFileNameWithoutExtension(file))))
        {
            string? file = forks.FirstOrDefault(fork => fork.EndsWith($".{engine}.sql", StringComparison.Ordinal)) ?? forks.FirstOrDefault(fork => Path.GetFileName(fork) == $"{forks.Key}.sql");
            if (file is null)
                throw Fault(type, $"{forks.Key} has no file for {engine}");
            yield return Migration.Parse(forks.Key, "\n" + ReadText(type, Path.GetFileName(file)));
        }
    }

    /// <summary>By the way that all given paths go: a link that leaves the project is refused.</summary>
    private string ReadText(string type, string name)
    {
        ProjectPath path = ProjectPath.Parse($".agentcraft/schemas/agents/{type}/{name}");
        using SafeFileHandle file = new ProjectTree(root).OpenFile(path, Links.Inside) ?? throw new FileNotFoundException($"{name} is gone.");
        byte[] bytes = file.ReadAll(LargestFile);
        if (bytes.Length > LargestFile)
            throw Fault(type, $"{name} has more than {LargestFile / 1024} KiB");
        using StreamReader text = new(new MemoryStream(bytes));
        return text.ReadToEnd();
    }

    private IEnumerable<string> Shipped() => MigrationSet.EmbeddedAgentSets.SelectMany(set => MigrationSet.Get(set, engine).Tables).Select(table => table.Name).Concat(["_migrations"]);

    private static AgentCraftException Fault(string type, string fault) =>
        new(ErrorCodes.InvalidConfiguration, $".agentcraft/schemas/agents/{type}: {fault}.", "Nothing was changed. Correct the files.");

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();

    [GeneratedRegex("^[0-9]{4}-[a-z0-9-]{1,60}(\\.postgres|\\.sqlite)?\\.sql\\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
