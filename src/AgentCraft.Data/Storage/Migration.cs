using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Storage;

/// <summary>One numbered step of a schema: a file with an <c>-- up</c> and a <c>-- down</c> part.</summary>
/// <param name="Name">The file's name without extension: <c>0001-coordination</c>.</param>
/// <param name="Up">The statements that apply it.</param>
/// <param name="Down">The statements that take it back.</param>
public sealed record Migration(string Name, string Up, string Down)
{
    /// <summary>SHA-256 of the up part, hexadecimal; tells a changed file from the applied one.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Up)));

    internal static Migration Parse(string name, string text)
    {
        text = text.ReplaceLineEndings("\n");
        int up = text.IndexOf("\n-- up\n", StringComparison.Ordinal), down = text.IndexOf("\n-- down\n", StringComparison.Ordinal);
        return up >= 0 && down > up
            ? new Migration(name, text[(up + 7)..down].Trim(), text[(down + 9)..].Trim())
            : throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"Migration {name} has no '-- up' line followed by a '-- down' line.");
    }
}

/// <summary>The migrations of one kind of file, in order. A file may have several sets: what every agent has, and its type's own.</summary>
/// <param name="Name"><c>central</c>, <c>agents/common</c>, <c>agents/session-handover</c> …</param>
/// <param name="Migrations">By name, which begins with the number.</param>
public sealed record MigrationSet(string Name, IReadOnlyList<Migration> Migrations)
{
    private const string Root = "schemas/";
    private static readonly string[] Engines = ["sqlite", "postgres"];

    /// <summary>The embedded set of that name, with an engine's own files in the place of the common ones; null when this program has none.</summary>
    public static MigrationSet? Find(string name, string engine = "sqlite")
    {
        string prefix = $"{Root}{name}/";
        var migrations = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal) && !resource[prefix.Length..].Contains('/'))
            .GroupBy(resource => WithoutEngine(System.IO.Path.GetFileNameWithoutExtension(resource)))
            .OrderBy(forks => forks.Key, StringComparer.Ordinal)
            .Select(forks => Migration.Parse(forks.Key, Resource(forks.FirstOrDefault(fork => fork.EndsWith($".{engine}.sql", StringComparison.Ordinal))
                ?? forks.Single(fork => fork == $"{prefix}{forks.Key}.sql"))))
            .ToList();
        return migrations.Count == 0 ? null : new MigrationSet(name, migrations);
    }

    /// <summary>The embedded set of that name, which must exist.</summary>
    public static MigrationSet Get(string name, string engine = "sqlite") =>
        Find(name, engine) ?? throw new InvalidOperationException($"The assembly has no schema '{name}'.");

    /// <summary>The number of its newest migration; 0 when it has none.</summary>
    public int Newest => Migrations.Count == 0 ? 0 : NumberOf(Migrations[^1].Name);

    /// <summary>The number that the name of a migration begins with.</summary>
    internal static int NumberOf(string name) => int.TryParse(name.Split('-')[0], out int number) ? number : 0;

    /// <summary>It is a project's own, and so may make tables and indexes and nothing else.</summary>
    internal bool IsProjects { get; init; }

    /// <summary>The tables that it leaves, in the order in which they are made.</summary>
    internal IReadOnlyList<TableDefinition> Tables => field ??= SchemaReader.Read(Migrations.Select(migration => migration.Up));

    /// <summary>Those whose rows name their agent.</summary>
    internal IReadOnlyList<string> AgentTables => [.. Tables.Where(table => table.Find("agent_id") is not null).Select(table => table.Name)];

    /// <summary>The names of the embedded sets for agents.</summary>
    internal static IEnumerable<string> EmbeddedAgentSets => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Root + "agents/", StringComparison.Ordinal)).Select(resource => resource[Root.Length..resource.LastIndexOf('/')]).Distinct();

    /// <summary>The statement that makes the table of applied migrations.</summary>
    internal static string TableScript => Resource(Root + "_migrations.sql");

    internal static string WithoutEngine(string name) => Engines.FirstOrDefault(engine => name.EndsWith("." + engine, StringComparison.Ordinal)) is { } fork ? name[..^(fork.Length + 1)] : name;

    private static string Resource(string name)
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
