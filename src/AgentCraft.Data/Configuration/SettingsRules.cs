using AgentCraft.Data.Agents;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Data.Storage.Schemas;
using Microsoft.Extensions.Configuration;

namespace AgentCraft.Data.Configuration;

/// <summary>What settings must be besides of the right type. Finds everything that is wrong, not the first of it.</summary>
internal sealed class SettingsRules
{
    private readonly string _root;
    private readonly List<string> _faults = [];

    private SettingsRules(string root) => _root = root;

    /// <summary>What is wrong with these settings of a root.</summary>
    public static IReadOnlyList<string> Faults(Settings settings, string root)
    {
        SettingsRules rules = new(root);
        rules.Numbers(settings);
        rules.Places(settings);
        rules.Names(settings);
        rules.Watched(settings.Monitoring);
        rules.Told(settings.Telemetry);
        rules.Issuer(settings.Auth);
        return rules._faults;
    }

    /// <summary>A project comes with its file: it must not let foreign web pages in, lead out of itself, or hold a secret that is committed.</summary>
    /// <param name="file">What it says.</param>
    /// <param name="root">The root.</param>
    public static IEnumerable<string> FaultsOfFile(IConfigurationProvider file, string root)
    {
        if (file.TryGet("store", out string? store) && store is not null && PostgresAddress.HasPassword(store))
            yield return "store must not hold a password: put that into PGPASSWORD or a .pgpass file";
        foreach (string name in new[] { "allowedHosts", "allowedOrigins" })
            if (file.GetChildKeys([], $"http:{name}").Any())
                yield return $"http.{name} is taken from the environment only (AGENTCRAFT__HTTP__{name.ToUpperInvariant()}__0)";
        if (file.TryGet("telemetry:endpoint", out string? endpoint) && !string.IsNullOrEmpty(endpoint))
            yield return "telemetry.endpoint is taken from the environment or the command line only (AGENTCRAFT__TELEMETRY__ENDPOINT)";
        if (file.GetChildKeys([], "auth").FirstOrDefault() is { } auth)
            yield return $"auth.{auth} is taken from the environment or the command line only (AGENTCRAFT__AUTH__{auth.ToUpperInvariant()})";
        if (file.TryGet("sqlite:fileSystem", out _))
            yield return "sqlite.fileSystem is taken from the environment or the command line only (AGENTCRAFT__SQLITE__FILESYSTEM): it is about this machine, not the project";
        if (new ConfigurationRoot([file]).AsEnumerable().FirstOrDefault(pair => FreeForm.IsSecret("", pair.Value ?? "")) is { Key: { } key } && key != "store")
            yield return $"{key.Replace(':', '.')} looks like a key or token, which the file must not hold: put it into the variable AGENTCRAFT__{key.Replace(":", "__").ToUpperInvariant()}";
        if (file.TryGet("central:path", out string? path) && path is not null && (Path.IsPathRooted(path) || !IsBelow(Path.GetFullPath(Path.Combine(root, path)), root)))
            yield return "central.path must be relative to the project and inside it here; the environment (AGENTCRAFT__CENTRAL__PATH) and the command line may name another place";
    }

    private void Numbers(Settings settings)
    {
        Positive(settings.Sqlite.WriteTimeout, "sqlite.writeTimeout");
        Positive(settings.Agents.LiveSeconds, "agents.liveSeconds");
        Positive(settings.Agents.MaxOpenFiles, "agents.maxOpenFiles", atMost: 10_000);
        Positive(settings.Backup.Interval, "backup.interval");
        Positive(settings.Backup.MaxBackups, "backup.maxBackups");
        Positive(settings.Backup.MaxTotalBytes, "backup.maxTotalBytes", atMost: long.MaxValue);
        Positive(settings.Sessions.ArchiveDays, "sessions.archiveDays", atMost: 36_500);
        Positive(settings.Messages.MaxContentBytes, "messages.maxContentBytes");
        Positive(settings.Outputs.MaxContentBytes, "outputs.maxContentBytes", atMost: 256 * 1024 * 1024);
        Positive(settings.Stdio.MaxLineBytes, "stdio.maxLineBytes");
        Positive(settings.Http.MaxBodyBytes, "http.maxBodyBytes");
        Within(settings.Http.MaxJsonDepth, "http.maxJsonDepth", 8, 64);
        Positive(settings.Http.MaxConnections, "http.maxConnections", atMost: 1_000_000);
        Positive(settings.Http.HeaderSeconds, "http.headerSeconds", atMost: 3600);
        Positive(settings.Http.BodySeconds, "http.bodySeconds", atMost: 3600);
        Within(settings.Http.MinBodyRate, "http.minBodyRate", 0, 1_000_000);
        Within(settings.Http.RequestsPerSecond, "http.requestsPerSecond", 0, 1_000_000);
        Positive(settings.Http.RequestBurst, "http.requestBurst", atMost: 10_000_000);
        Positive(settings.Http.MaxWaits, "http.maxWaits", atMost: 1_000_000);
        Positive(settings.Http.MaxSessions, "http.maxSessions");
        Positive(settings.Http.IdleMinutes, "http.idleMinutes", atMost: 525_600);
        Positive(settings.Http.KeepAliveSeconds, "http.keepAliveSeconds", atMost: 3600);
        Positive(settings.Performance.MaxConnections, "performance.maxConnections", atMost: 1000);
        Within(settings.Performance.QueryTimeout, "performance.queryTimeout", 0, 3_600_000);
        Within(settings.Performance.CacheSize, "performance.cacheSize", 64, 4 * 1024 * 1024);
        Within(settings.Maintenance.Interval, "maintenance.interval", 0, 31_536_000);
        Positive(settings.Maintenance.VacuumInterval, "maintenance.vacuumInterval", atMost: 31_536_000);
        Within(settings.Maintenance.KeepEventDays, "maintenance.keepEventDays", 0, 36_500);
        Within(settings.Maintenance.KeepMetricDays, "maintenance.keepMetricDays", 0, 36_500);
        Within(settings.Maintenance.KeepHistoryDays, "maintenance.keepHistoryDays", 0, 36_500);
        Within(settings.Maintenance.KeepOutputDays, "maintenance.keepOutputDays", 0, 36_500);
    }

    private void Watched(MonitoringSettings monitoring)
    {
        Within(monitoring.Interval, "monitoring.interval", 0, 86_400);
        foreach ((double value, string name) in new (double, string)[]
        {
            (monitoring.WalBytes, "walBytes"), (monitoring.CentralBytes, "centralBytes"), (monitoring.WriteWaitP99Ms, "writeWaitP99Ms"),
            (monitoring.ErrorsPerMinute, "errorsPerMinute"), (monitoring.SlowQueryMs, "slowQueryMs"), (monitoring.FreeDiskBytes, "freeDiskBytes"),
        })
            Require(value >= 0, $"monitoring.{name} must be 0, for never, or greater, not {value}");
        if (monitoring.Notify.Length > 0)
            Try(() => AgentName.Parse(monitoring.Notify), refusal => $"monitoring.notify is the name of an agent. {refusal.Message}");
    }

    private void Told(TelemetrySettings telemetry) => Require(
        telemetry.Endpoint.Length == 0 || (Uri.TryCreate(telemetry.Endpoint, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"),
        "telemetry.endpoint must be the http or https URL of an OTLP collector");

    private void Places(Settings settings)
    {
        // A project that somebody else wrote must not bring the native code that we load.
        string library = settings.Sqlite.Library;
        Require(library is "auto" or "bundled" or "system" || (Path.IsPathFullyQualified(library) && !IsBelow(Path.GetFullPath(library), _root)),
            "sqlite.library must be auto, bundled, system or the absolute path of a library outside the project");
        // Checked before anything is published, and never a file of the store.
        string document = settings.Handover.Path, expected = "handover.path must be the path of an .md file, relative to the project and inside it";
        if (ProjectPath.Fault(document) is { } way)
            _faults.Add($"{expected}, but {way}");
        else
            Require(document.EndsWith(".md", StringComparison.OrdinalIgnoreCase), expected);
        Central(settings.Central.Path);
        if (!string.IsNullOrWhiteSpace(settings.Store))
            Try(() => PostgresAddress.Parse(settings.Store), refusal => refusal.Message);
    }

    /// <summary>What the store's own files around it are called, and what keeps them out of commits, follows from its name.</summary>
    private void Central(string value)
    {
        string path = Path.GetFullPath(Path.Combine(_root, value.Length == 0 ? "." : value));
        Require(path.EndsWith(".db", StringComparison.Ordinal) && Path.GetFileName(path).Length > 3 && (value == StoreSettings.DefaultCentral || !Directory.Exists(path)), $"central.path must be the path of a file whose name ends in .db, not '{Text.Shown(value)}'");
        Require(!IsBelow(path, Path.Combine(_root, ".agents")) && !IsBelow(path, Path.Combine(_root, ".git")), "central.path must not lie in .agents or .git");
    }

    private void Names(Settings settings)
    {
        Try(() => AgentName.Parse(settings.Handover.Agent), refusal => $"handover.agent is the name of an agent. {refusal.Message}");
        if (settings.Project is { } project && ProjectText.Fault(project) is { } fault)
            _faults.Add($"project is the name of a project, which {fault}");
        AgentSettings agents = settings.Agents;
        if (agents.Schemas.Count == 0 && agents.DefaultSchema == new AgentSettings().DefaultSchema)
            return;
        string[] known = [.. new AgentSchemas(_root, "sqlite").Types.Where(type => type != "common")];
        string[] ships = [.. MigrationSet.EmbeddedAgentSets.Select(set => set["agents/".Length..])];
        Schema(agents.DefaultSchema, "agents.defaultSchema", known);
        foreach ((string type, string schema) in agents.Schemas)
        {
            Schema(schema, $"agents.schemas.{type}", known);
            Require(!ships.Contains(type) || type == schema, $"agents.schemas.{Text.Shown(type)}: that type ships with a schema of its own");
        }
    }

    /// <summary>Keys that came over plain http could be anybody's; on this machine nothing comes between.</summary>
    private void Issuer(AuthSettings auth)
    {
        if (auth.Issuer.Length == 0)
        {
            Require(auth.Audience.Length == 0 && auth.AgentClaim.Length == 0, "auth.audience and auth.agentClaim mean nothing without auth.issuer");
            return;
        }
        Require(Uri.TryCreate(auth.Issuer, UriKind.Absolute, out Uri? uri) && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)), "auth.issuer must be an https URL without query, or an http one of this machine");
        Require(auth.Audience.Length > 0, "auth.audience must say what tokens of auth.issuer must be for, best the URL of the MCP endpoint");
    }

    private void Schema(string value, string name, string[] known) =>
        Require(known.Contains(value), $"{Text.Shown(name)}: there is no schema '{Text.Shown(value)}'. {Text.DidYouMean(value, known)}There are: {string.Join(", ", known)}");

    private void Try(Func<object> parse, Func<AgentCraftException, string> phrase)
    {
        try
        {
            parse();
        }
        catch (AgentCraftException refusal)
        {
            _faults.Add(phrase(refusal));
        }
    }

    private void Require(bool holds, string fault)
    {
        if (!holds)
            _faults.Add(fault);
    }

    private void Positive(double value, string name, double atMost = int.MaxValue)
    {
        Require(value > 0, $"{name} must be greater than 0, not {value}");
        Require(!(value > atMost), $"{name} can be at most {atMost}, not {value}");
    }

    private void Within(int value, string name, int least, int most) => Require(value >= least && value <= most, $"{name} must be {least} to {most}, not {value}");

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
