using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>What a backup set holds: its <c>manifest.json</c>.</summary>
public sealed record BackupManifest
{
    internal const string FileName = "manifest.json";
    internal const int Newest = 1;

    /// <summary>The version of this format.</summary>
    public int Format { get; init; }
    /// <summary>The AgentCraft that made it.</summary>
    public string Program { get; init; } = "";
    /// <summary>The SQLite that made it.</summary>
    public string Sqlite { get; init; } = "";
    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Why.</summary>
    public BackupReason Reason { get; init; }
    /// <summary>True for central and all agents' files; false for one agent's file alone, from before it was migrated.</summary>
    public bool Complete { get; init; }
    /// <summary>The life of the central store.</summary>
    public string? Epoch { get; init; }
    /// <summary>The projects of the root, by name.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];
    /// <summary>The files, central first.</summary>
    public IReadOnlyList<BackupFile> Files { get; init; } = [];

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.BackupManifest);

    /// <summary>The manifest of a set.</summary>
    /// <exception cref="BackupDamage">It cannot be used; says why.</exception>
    internal static BackupManifest Read(string folder)
    {
        try
        {
            BackupManifest manifest = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, FileName)), ManifestJson.Default.BackupManifest)
                ?? throw new BackupDamage(BackupFault.ManifestUnreadable, "it is empty");
            manifest.Check();
            return manifest;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BackupDamage(BackupFault.ManifestMissing, "the set has no manifest.json");
        }
        catch (Exception broken) when (broken is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BackupDamage(BackupFault.ManifestUnreadable, broken.Message);
        }
    }

    private void Check()
    {
        if (Format > Newest)
            throw new BackupDamage(BackupFault.ManifestTooNew, $"format {Format} is of a newer AgentCraft ({Program})");
        if (Format < 1 || Files.Count == 0 || Files.Any(file => !file.IsWellNamed))
            throw new BackupDamage(BackupFault.ManifestInvalid, "it lacks what every manifest has, or names a file outside the set");
        if (Files.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase).Any(same => same.Count() > 1))
            throw new BackupDamage(BackupFault.ManifestInvalid, "it names a file twice");
        if (Complete && Files[0].Agent is not null)
            throw new BackupDamage(BackupFault.CentralMissing, "it has no central file");
    }
}

/// <summary>A file of a backup set.</summary>
public sealed record BackupFile
{
    internal const string CentralPath = "session.db";

    /// <summary>Whose file; null for the central one.</summary>
    public string? Agent { get; init; }
    /// <summary>Within the set, with slashes: <c>session.db</c>, <c>agents/alice.db</c>.</summary>
    public string Path { get; init; } = "";
    /// <summary>Bytes.</summary>
    public long Size { get; init; }
    /// <summary>SHA-256, hexadecimal.</summary>
    public string Sha256 { get; init; } = "";
    /// <summary>The life of that file.</summary>
    public string? Epoch { get; init; }
    /// <summary>The newest migration of each schema set that the file has.</summary>
    public IReadOnlyDictionary<string, string> Schemas { get; init; } = new Dictionary<string, string>();

    internal static string PathOf(string? agent) => agent is null ? CentralPath : $"agents/{agent}.db";

    /// <summary>A manifest may have been written by anybody: no path of it leads anywhere else.</summary>
    [JsonIgnore]
    internal bool IsWellNamed => Path == PathOf(Agent) && (Agent is null || Data.Agents.AgentName.IsValid(Agent));
}

/// <summary>Why a backup was made.</summary>
[JsonConverter(typeof(SnakeCaseEnum<BackupReason>))]
public enum BackupReason
{
    /// <summary>Somebody asked for it.</summary>
    OnDemand,
    /// <summary>It was time.</summary>
    Scheduled,
    /// <summary>A schema was about to change.</summary>
    BeforeMigration,
    /// <summary>The store was about to be replaced.</summary>
    BeforeRestore,
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true,
    Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(RestoreJournal))]
internal sealed partial class ManifestJson : JsonSerializerContext;
