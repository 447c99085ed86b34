using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>
/// What <c>doctor --fix</c> has changed: a directory <c>backups/doctor-TIME</c> with <c>journal.jsonl</c>, a line for each change, written and
/// synced before the change is made. Whoever is killed in between has noted more than he did, and taking that back does nothing.
/// </summary>
internal sealed class FixJournal : IDisposable
{
    private const string Prefix = "doctor-", FileName = "journal.jsonl", UndoneName = "undone.jsonl";

    // Text that agents wrote, in any script, as a person reads it.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FileStream _stream;

    private FixJournal(string folder)
    {
        Folder = folder;
        string path = Path.Combine(folder, FileName);
        OwnedDirectory.CreateFile(path);
        _stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Its name.</summary>
    public string Id => Path.GetFileName(Folder);

    /// <summary>A new one.</summary>
    public static FixJournal Create(Premises premises)
    {
        string backups = premises.Paths.Backups;
        DateTimeOffset now = premises.Around.Time.GetUtcNow();
        OwnedDirectory.Create(backups);
        for (string folder; ; now += TimeSpan.FromMilliseconds(1))
            if (!Path.Exists(folder = Path.Combine(backups, $"{Prefix}{now.UtcDateTime:yyyyMMdd-HHmmss-fff}")))
            {
                OwnedDirectory.Create(folder);
                return new(folder);
            }
    }

    /// <summary>All that were not taken back, the newest first.</summary>
    public static IReadOnlyList<string> Folders(Premises premises) => !Directory.Exists(premises.Paths.Backups) ? []
        : [.. Directory.EnumerateDirectories(premises.Paths.Backups, Prefix + "*").Where(folder => File.Exists(Path.Combine(folder, FileName))).OrderDescending(StringComparer.Ordinal)];

    /// <summary>The changes that a journal notes, in order. The last line of one that was cut off is none: nothing was done for it.</summary>
    public static List<JsonObject> Read(string folder)
    {
        List<JsonObject> changes = [];
        foreach (string line in File.ReadLines(Path.Combine(folder, FileName)))
            try
            {
                if (JsonNode.Parse(line) is JsonObject change)
                    changes.Add(change);
            }
            catch (JsonException)
            {
                break;
            }
        return changes;
    }

    /// <summary>It is taken back.</summary>
    public static void Close(string folder) => File.Move(Path.Combine(folder, FileName), Path.Combine(folder, UndoneName), overwrite: true);

    /// <summary>One change that is about to be made.</summary>
    public void Note(JsonObject change) => NoteAll([change]);

    /// <summary>Several.</summary>
    public void NoteAll(IEnumerable<JsonObject> changes)
    {
        foreach (JsonObject change in changes)
            _stream.Write(Encoding.UTF8.GetBytes(change.ToJsonString(Plain) + "\n"));
        _stream.Flush(flushToDisk: true);
    }

    public void Dispose() => _stream.Dispose();
}
