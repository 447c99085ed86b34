using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace AgentCraft.Data.Configuration;

/// <summary>
/// Reads the settings. Later ones go before earlier ones: <c>.agentcraft/config.json</c> of the root, the names <c>DB_…</c> of the plan that
/// AgentCraft grew from, environment variables <c>AGENTCRAFT__SECTION__NAME</c>, the command line. Nothing else in the root can configure
/// the server.
/// </summary>
public static class SettingsFile
{
    internal const string EnvironmentPrefix = "AGENTCRAFT__";

    /// <summary>Variables by the names of the plan, with the settings that they stand for, in the plan's units.</summary>
    public static IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string>
    {
        ["DB_PATH"] = "central:path",
        ["DB_BACKUP_INTERVAL"] = "backup:interval",
        ["DB_ARCHIVE_DAYS"] = "sessions:archiveDays",
        ["DB_MAX_CONNECTIONS"] = "performance:maxConnections",
        ["DB_QUERY_TIMEOUT"] = "performance:queryTimeout",
    };

    /// <summary>The file of a root, whether it exists or not.</summary>
    public static string PathOf(string root) => Path.Combine(root, ".agentcraft", "config.json");

    /// <summary>The effective settings of a root.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, naming the file and everything that is wrong.</exception>
    /// <param name="root">The root.</param>
    /// <param name="project">Takes the place of the setting <c>project</c>.</param>
    /// <param name="commandLine">Settings by their names, <c>performance.queryTimeout</c>; they go before all others.</param>
    public static Settings Load(string root, string? project = null, IReadOnlyDictionary<string, string>? commandLine = null) =>
        project is null && commandLine is null or { Count: 0 } && SaysNothing(root) ? new Settings() : Read(root, project, commandLine);

    private static Settings Read(string root, string? project, IReadOnlyDictionary<string, string>? commandLine)
    {
        List<string> faults = [];
        IConfigurationRoot configuration = Build(root, project, commandLine ?? new Dictionary<string, string>(), faults);
        SettingFault[] wrong = [.. SettingsCheck.Faults(configuration, typeof(Settings))];
        faults.AddRange(wrong.Select(fault => fault.Message + Origin(fault.Key)));
        faults.AddRange(SettingsRules.FaultsOfFile(configuration.Providers.First(), root));
        Settings settings = (Without(configuration, wrong).Get<Settings>() ?? new Settings()) with { RootProject = configuration.Providers.First().TryGet("project", out string? own) ? own : null };
        faults.AddRange(SettingsRules.Faults(settings, root)
            .Where(fault => !faults.Exists(known => NameIn(known) == NameIn(fault))).Select(fault => fault + Origin(NameIn(fault).Replace('.', ':'))).ToList());
        return faults.Count == 0 ? settings
            : throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{PathOf(root)} or an {EnvironmentPrefix}… variable cannot be used{Told(faults)}",
                "Correct it; the README lists the settings.");
    }

    /// <summary>The file, the names of the plan over it, and our own over those.</summary>
    internal static IConfigurationRoot Build(string root) => Build(root, project: null, new Dictionary<string, string>(), []);

    private static IConfigurationRoot Build(string root, string? project, IReadOnlyDictionary<string, string> commandLine, List<string> faults)
    {
        IEnumerable<KeyValuePair<string, string?>> last = commandLine.Select(pair => KeyValuePair.Create(pair.Key.Replace('.', ':'), (string?)pair.Value));
        if (project is not null)
            last = last.Append(KeyValuePair.Create("project", (string?)project));
        IConfigurationBuilder Others(IConfigurationBuilder builder) => builder.AddInMemoryCollection(FromAliases()).AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(last);
        try
        {
            return Others(new ConfigurationBuilder().AddJsonFile(PathOf(root), optional: true, reloadOnChange: false)).Build();
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            faults.Add(Fault(failure));
            return Others(new ConfigurationBuilder().AddInMemoryCollection()).Build();
        }
    }

    /// <summary>Neither file nor environment: reading, binding and checking nothing takes a tenth of the time until the first answer.</summary>
    private static bool SaysNothing(string root) =>
        !Path.Exists(PathOf(root)) && !FromAliases().Any()
        && !Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<KeyValuePair<string, string?>> FromAliases() =>
        from alias in Aliases
        let value = Environment.GetEnvironmentVariable(alias.Key)
        where !string.IsNullOrWhiteSpace(value)
        select KeyValuePair.Create(alias.Value, (string?)value);

    /// <summary>The variable by a name of the plan that says something of a setting; null when none does.</summary>
    internal static string? AliasOf(string key) =>
        Aliases.FirstOrDefault(alias => alias.Value.Equals(key, StringComparison.OrdinalIgnoreCase)).Key is { } name && !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name)) ? name : null;

    private static string Origin(string key) =>
        AliasOf(key) is { } name ? $" (the variable {name} sets it, unless {EnvironmentPrefix}{key.Replace(":", "__").ToUpperInvariant()} does)" : "";

    /// <summary>A fault begins with the name of its setting.</summary>
    private static string NameIn(string fault) => fault.Split(' ', ':')[0];

    /// <summary>What can be bound, so that it can be checked further.</summary>
    private static IConfiguration Without(IConfigurationRoot configuration, SettingFault[] wrong) => wrong.Length == 0 ? configuration
        : new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(pair => pair.Value is not null
            && !wrong.Any(fault => pair.Key.Equals(fault.Key, StringComparison.OrdinalIgnoreCase) || pair.Key.StartsWith(fault.Key + ":", StringComparison.OrdinalIgnoreCase)))).Build();

    private static string Told(List<string> faults)
    {
        IEnumerable<string> sentences = faults.Select(fault => fault.EndsWith('.') ? fault : fault + ".");
        return faults.Count == 1 ? $": {sentences.First()}" : $" for {faults.Count} reasons:\n- {string.Join("\n- ", sentences)}";
    }

    // What is no JSON is told in the innermost.
    private static string Fault(Exception failure) =>
        failure.InnerException is { } inner ? Fault(inner)
        : failure is JsonException json ? $"it is no valid JSON (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})."
        : failure.Message;
}
