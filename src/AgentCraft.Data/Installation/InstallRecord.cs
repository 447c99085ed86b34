using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Installation;

/// <summary>
/// What installing has made of each file, in <c>.agentcraft/install/record.json</c>, so that what nobody has changed since goes back to the
/// very bytes that it was. Without it, or when somebody has, only what is ours is taken out.
/// </summary>
internal sealed class InstallRecord
{
    public const string Folder = ".agentcraft/install";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly string _root;
    private readonly SortedDictionary<string, InstalledFile> _files;

    private InstallRecord(string root, IDictionary<string, InstalledFile> files) => (_root, _files) = (root, new(files, StringComparer.Ordinal));

    public static string PathOf(string root) => Path.Combine(root, Folder, "record.json");

    /// <summary>A record that cannot be read is none.</summary>
    public static InstallRecord Read(string root)
    {
        try
        {
            return new(root, JsonSerializer.Deserialize<Dictionary<string, InstalledFile>>(File.ReadAllText(PathOf(root)), Json) ?? []);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return new(root, new Dictionary<string, InstalledFile>());
        }
    }

    /// <summary>What was made of this file, if it is still as it was made then.</summary>
    public InstalledFile? Untouched(string path, string text) => Find(path) is { } file && file.After == HashOf(text) ? file : null;

    /// <summary>What was made of it, whatever became of it since.</summary>
    public InstalledFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>What the file was before; null when that is not known any more.</summary>
    public string? Before(InstalledFile file)
    {
        try
        {
            return file.Before is { } backup && Path.GetFullPath(Path.Combine(_root, backup)) is var path && path.StartsWith(Path.Combine(_root, Folder), StringComparison.Ordinal)
                && Encoding.UTF8.GetString(File.ReadAllBytes(path)) is var text && HashOf(text) == file.BeforeHash ? text : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Notes what is about to be made of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="backup">Where it is kept as it is now.</param>
    /// <param name="madeFolder">Its directory is not there yet.</param>
    public void Note(PlannedFile file, string? backup, bool madeFolder)
    {
        if (file.After is null || file.Change is FileChange.Removed)
            _files.Remove(file.Path);
        else if (file.Before is not null && Untouched(file.Path, file.Before) is { } earlier)
            _files[file.Path] = earlier with { After = HashOf(file.After) };
        else
            _files[file.Path] = file.Before is null ? new(true, madeFolder, null, null, HashOf(file.After))
                : new(false, false, file.HadOurs ? null : backup, file.HadOurs ? null : HashOf(file.Before), HashOf(file.After));
    }

    public void Write()
    {
        if (_files.Count > 0)
            WholeFile.Write(PathOf(_root), JsonSerializer.Serialize(_files, Json) + "\n");
        else
            File.Delete(PathOf(_root));
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What installing has made of a file.</summary>
/// <param name="Made">There was none before.</param>
/// <param name="MadeFolder">Nor its directory.</param>
/// <param name="Before">Where it is kept as it was; null when there was none, or ours was in it already.</param>
/// <param name="BeforeHash">The SHA-256 of that.</param>
/// <param name="After">The SHA-256 of what was made.</param>
internal sealed record InstalledFile(bool Made, bool MadeFolder, string? Before, string? BeforeHash, string After);
