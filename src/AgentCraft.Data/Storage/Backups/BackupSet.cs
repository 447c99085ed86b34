using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>A backup: one directory with a manifest, the central file and those of the agents.</summary>
public sealed partial record BackupSet
{
    private const string TimeFormat = "yyyyMMdd-HHmmss-fff";

    /// <summary>Its directory's name: the time, UTC, and a random end.</summary>
    public required string Name { get; init; }
    /// <summary>Where it is.</summary>
    public required string Path { get; init; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Why; left out when its manifest cannot be read.</summary>
    public BackupReason? Reason { get; init; }
    /// <summary>True for central and all agents' files; false for one agent's alone.</summary>
    public bool Complete { get; init; }
    /// <summary>How many files.</summary>
    public int Files { get; init; }
    /// <summary>Bytes of all of them.</summary>
    public long Size { get; init; }
    /// <summary>Why it cannot be used, as far as a look at names and sizes shows.</summary>
    public string? Problem { get; init; }

    internal const int NameLength = 26;

    internal static string NewName(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 6)}");

    internal static bool IsName(string text) => Pattern().IsMatch(text);

    /// <summary>The set in a directory; never fails.</summary>
    internal static BackupSet Of(string folder)
    {
        string name = System.IO.Path.GetFileName(folder);
        BackupSet bare = new()
        {
            Name = name, Path = folder,
            CreatedAt = DateTimeOffset.ParseExact(name[..TimeFormat.Length], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        };
        try
        {
            BackupManifest manifest = BackupManifest.Read(folder);
            BackupFile? odd = manifest.Files.FirstOrDefault(file => !File.Exists(System.IO.Path.Combine(folder, file.Path)) || new FileInfo(System.IO.Path.Combine(folder, file.Path)).Length != file.Size);
            return bare with
            {
                Reason = manifest.Reason,
                Complete = manifest.Complete,
                Files = manifest.Files.Count,
                Size = manifest.Files.Sum(file => file.Size),
                Problem = odd is null ? null : $"{odd.Path} is missing or has another size",
            };
        }
        catch (BackupDamage damage)
        {
            return bare with { Size = SizeOf(folder), Problem = $"manifest.json: {damage.Message}" };
        }
    }

    private static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    [GeneratedRegex(@"^\d{8}-\d{6}-\d{3}-[0-9a-z]{6}$")]
    private static partial Regex Pattern();
}
