using System.Text.Json.Serialization;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>What can be wrong with a backup set.</summary>
[JsonConverter(typeof(SnakeCaseEnum<BackupFault>))]
public enum BackupFault
{
    /// <summary>There is no manifest.json.</summary>
    ManifestMissing,
    /// <summary>manifest.json is no JSON, or cannot be read.</summary>
    ManifestUnreadable,
    /// <summary>It is of a newer AgentCraft.</summary>
    ManifestTooNew,
    /// <summary>It lacks something, or names a file that no set has.</summary>
    ManifestInvalid,
    /// <summary>It says that it is complete and has no central file.</summary>
    CentralMissing,
    /// <summary>A file of the manifest is not there.</summary>
    FileMissing,
    /// <summary>A file cannot be read.</summary>
    FileUnreadable,
    /// <summary>A file has another length.</summary>
    SizeDiffers,
    /// <summary>A file has other contents.</summary>
    HashDiffers,
    /// <summary>A file is there that the manifest does not name.</summary>
    UnexpectedFile,
    /// <summary>A file is no SQLite database.</summary>
    NotADatabase,
    /// <summary>SQLite finds damage in a file.</summary>
    IntegrityCheckFailed,
    /// <summary>A row refers to one that is not there.</summary>
    ForeignKeyViolated,
    /// <summary>A file is no store of ours, or one without a schema.</summary>
    SchemaMissing,
    /// <summary>A file was migrated by a newer AgentCraft.</summary>
    SchemaTooNew,
    /// <summary>A file was migrated by other statements than this AgentCraft's.</summary>
    SchemaDiffers,
    /// <summary>A file is of another life of the store than the manifest says.</summary>
    EpochDiffers,
}

/// <summary>One damage of a set.</summary>
/// <param name="Fault">What kind.</param>
/// <param name="File">Which file.</param>
/// <param name="Message">What exactly.</param>
public sealed record BackupDamageReport(BackupFault Fault, string File, string Message);

/// <summary>A set cannot be used.</summary>
internal sealed class BackupDamage(BackupFault fault, string message) : Exception(message)
{
    public BackupFault Fault => fault;
}
