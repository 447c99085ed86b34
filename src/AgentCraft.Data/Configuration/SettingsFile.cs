using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage.Postgres;
using Microsoft.Extensions.Configuration;

namespace AgentCraft.Data.Configuration;

/// <summary>
/// Reads the settings: <c>.agentcraft/config.json</c> of the root, then environment variables <c>AGENTCRAFT__SECTION__NAME</c> over it.
/// Nothing else in the root can configure the server.
/// </summary>
public static class SettingsFile
{
    internal const string EnvironmentPrefix = "AGENTCRAFT__";

    /// <summary>The file of a root, whether it exists or not.</summary>
    public static string PathOf(string root) => Path.Combine(root, ".agentcraft", "config.json");

    /// <summary>The effective settings of a root.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, naming the file or the setting.</exception>
    /// <param name="root">The root.</param>
    /// <param name="project">Takes the place of the setting <c>project</c>.</param>
    public static Settings Load(string root, string? project = null)
    {
        string file = PathOf(root);
        try
        {
            IConfigurationRoot configuration = Build(root);
            if (SettingsCheck.Fault(configuration, typeof(Settings)) is { } fault)
                throw new InvalidDataException($"{fault}.");
            RefuseFromFile(configuration.Providers.First());
            Settings settings = (configuration.Get<Settings>() ?? new Settings()) with { RootProject = configuration.Providers.First().TryGet("project", out string? own) ? own : null };
            return Checked(With(settings, project), root);
        }
        catch (Exception failure) when (failure is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{file} or an {EnvironmentPrefix}… variable cannot be used: {Fault(failure)}",
                "Correct it; the README lists the settings.", inner: failure);
        }
    }

    /// <summary>The file, and the environment over it.</summary>
    internal static IConfigurationRoot Build(string root) => new ConfigurationBuilder()
        .AddJsonFile(PathOf(root), optional: true, reloadOnChange: false)
        .AddEnvironmentVariables(EnvironmentPrefix)
        .Build();

    private static Settings With(Settings settings, string? project) => project is null ? settings : settings with { Project = project };

    /// <summary>A project comes with its file: it must not let foreign web pages in, and what is committed must hold no secret.</summary>
    private static void RefuseFromFile(IConfigurationProvider file)
    {
        if (file.TryGet("store", out string? store) && PostgresAddress.HasPassword(store ?? ""))
            throw new InvalidDataException("store must not hold a password: put that into PGPASSWORD or a .pgpass file");
        foreach (string name in new[] { "allowedHosts", "allowedOrigins" })
            if (file.GetChildKeys([], $"http:{name}").Any())
                throw new InvalidDataException($"http.{name} is taken from the environment only ({EnvironmentPrefix}HTTP__{name.ToUpperInvariant()}__0)");
        if (new ConfigurationRoot([file]).AsEnumerable().FirstOrDefault(pair => FreeForm.IsSecret("", pair.Value ?? "")) is { Key: { } key })
            throw new InvalidDataException($"{key.Replace(':', '.')} looks like a key or token, which the file must not hold: put it into the variable {EnvironmentPrefix}{key.Replace(":", "__").ToUpperInvariant()}");
    }

    private static Settings Checked(Settings settings, string root)
    {
        Positive(settings.Sqlite.WriteTimeout, "sqlite.writeTimeout");
        Positive(settings.Agents.LiveSeconds, "agents.liveSeconds");
        Positive(settings.Agents.MaxOpenFiles, "agents.maxOpenFiles", atMost: 10_000);
        Positive(settings.Sessions.ArchiveDays, "sessions.archiveDays", atMost: 36_500);
        Positive(settings.Messages.MaxContentBytes, "messages.maxContentBytes");
        Positive(settings.Outputs.MaxContentBytes, "outputs.maxContentBytes", atMost: 256 * 1024 * 1024);
        Positive(settings.Backup.Interval, "backup.interval");
        Positive(settings.Backup.MaxBackups, "backup.maxBackups");
        Positive(settings.Backup.MaxTotalBytes, "backup.maxTotalBytes", atMost: long.MaxValue);
        Positive(settings.Stdio.MaxLineBytes, "stdio.maxLineBytes");
        Positive(settings.Http.MaxBodyBytes, "http.maxBodyBytes");
        Positive(settings.Http.MaxSessions, "http.maxSessions");
        Positive(settings.Http.IdleMinutes, "http.idleMinutes", atMost: 525_600);
        Positive(settings.Http.KeepAliveSeconds, "http.keepAliveSeconds", atMost: 3600);
        Name(settings.Handover.Agent, "handover.agent");
        if (settings.Project is { } project && ProjectText.Fault(project) is { } fault)
            throw new InvalidDataException($"project is the name of a project, which {fault}.");
        Library(settings.Sqlite.Library, root);
        Document(settings.Handover.Path);
        return settings;
    }

    /// <summary>A project that somebody else wrote must not bring the native code that we load.</summary>
    private static void Library(string value, string root)
    {
        if (value is not ("auto" or "bundled" or "system") && (!Path.IsPathFullyQualified(value) || IsBelow(Path.GetFullPath(value), root)))
            throw new InvalidDataException("sqlite.library must be auto, bundled, system or the absolute path of a library outside the project");
    }

    /// <summary>Checked before anything is published, and never a file of the store.</summary>
    private static void Document(string value)
    {
        if (ProjectPath.Fault(value) is { } fault)
            throw new InvalidDataException($"handover.path must be the path of an .md file, relative to the project and inside it, but {fault}");
        if (!value.EndsWith(".md", StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException("handover.path must be the path of an .md file, relative to the project and inside it");
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void Name(string value, string name)
    {
        try
        {
            AgentName.Parse(value);
        }
        catch (AgentCraftException refusal)
        {
            throw new InvalidDataException($"{name} is the name of an agent. {refusal.Message}");
        }
    }

    private static void Positive(double value, string name, double atMost = int.MaxValue)
    {
        if (!(value > 0))
            throw new InvalidDataException($"{name} must be greater than 0, not {value}.");
        if (value > atMost)
            throw new InvalidDataException($"{name} can be at most {atMost}, not {value}.");
    }

    // What is no JSON is told in the innermost.
    private static string Fault(Exception failure) =>
        failure.InnerException is { } inner ? Fault(inner)
        : failure is JsonException json ? $"it is no valid JSON (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})."
        : failure.Message;
}
