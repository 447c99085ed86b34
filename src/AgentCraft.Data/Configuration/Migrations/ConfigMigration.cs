using System.Globalization;
using System.Text.RegularExpressions;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Configuration.Migrations;

/// <summary>
/// Brings the project's own configuration files to today's formats, one run at a time whichever process makes it. First all files that will
/// change are copied, then each is replaced as a whole: whoever is killed in between leaves every file old or new, and the next run finishes.
/// </summary>
public sealed partial class ConfigMigration
{
    private const string Backups = ".agentcraft/backups";

    /// <summary>Not behind links, which may lead out.</summary>
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly string _root;
    private readonly ProjectTree _tree;
    private readonly ConfigLibrary _library;

    /// <param name="root">The project.</param>
    public ConfigMigration(string root) => (_root, _tree, _library) = (Path.GetFullPath(root), new ProjectTree(root), new ConfigLibrary(root));

    /// <summary>What a run would change; nothing is changed.</summary>
    public IReadOnlyList<ConfigChange> Plan() => [.. Pending().Select(pending => pending.Change)];

    /// <summary>Changes it. A file that has a mistake is left as it is, with the mistake told.</summary>
    /// <param name="time">The clock; a backup is named after it.</param>
    /// <exception cref="AgentCraftException"><c>store_busy</c> naming the process that is at it; <c>store_unavailable</c> when a file cannot be
    /// written: what was written before stays, and the next run goes on from there.</exception>
    public ConfigMigrated Run(TimeProvider time)
    {
        if (Plan().Count == 0)
            return new([], null);
        using FileEdit turn = FileEdit.Begin(Path.Combine(_root, ".agentcraft", "configs"));
        Pending[] pending = [.. Pending()];
        try
        {
            RemoveRemains();
            string? backup = BackUp([.. pending.Where(one => one.Change.Error is null)], time);
            foreach (Pending one in pending.Where(one => one.Change.Error is null))
                Replace(one, backup!);
            return new([.. pending.Select(one => one.Change)], backup);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"The configuration could not be migrated: {failure.Message}",
                "Every file is as it was or as it shall be, and the backup has the old ones. Make room or correct the permissions, then run it again.", inner: failure);
        }
    }

    private IEnumerable<Pending> Pending() => _library.Shelves
        .SelectMany(shelf => shelf.LoadOwn())
        .Where(document => document.Version < document.Entry.Kind.Version)
        .Select(PendingOf);

    private Pending PendingOf(ConfigDocument document)
    {
        (string kind, int to) = (document.Entry.Kind.Name, document.Entry.Kind.Version);
        if (document.Faults.Count > 0)
            return new(document.Entry, "", "", new(document.Entry.Path, document.Version!.Value, to, "", document.Describe(document.Faults[0])));
        string before = ReadWhole(document.Entry.Path), text = before.TrimStart('\uFEFF');
        string after = before[..^text.Length] + ConfigUpgrade.Of(document.Entry.Kind, text, ConfigText.Read(text, document.Entry.IsJson), document.Version!.Value);
        return new(document.Entry, before, after, new(document.Entry.Path, document.Version.Value, to, UnifiedDiff.Of(before, after, document.Entry.Path).Text, null));
    }

    /// <summary>An editor takes no lock: what it has saved since is backed up and migrated, not overwritten.</summary>
    private void Replace(Pending planned, string backup)
    {
        Pending now = planned;
        if (ReadWhole(planned.Entry.Path) is var text && text != planned.Before)
        {
            ConfigDocument document = ConfigReader.Parse(planned.Entry, text.TrimStart('\uFEFF'));
            if (document.Faults.Count > 0 || !(document.Version < planned.Entry.Kind.Version))
                return;
            now = PendingOf(document);
            Copy(now, backup);
        }
        WholeFile.Write(_tree.Locate(ProjectPath.Parse(now.Entry.Path)), now.After);
    }

    private string? BackUp(Pending[] pending, TimeProvider time)
    {
        if (pending.Length == 0)
            return null;
        string name = string.Create(CultureInfo.InvariantCulture, $"{Backups}/configs-{time.GetUtcNow():yyyyMMdd-HHmmssfff}-{Environment.ProcessId}");
        OwnedDirectory.Create(_tree.Locate(ProjectPath.Parse(name)));
        foreach (Pending one in pending)
            Copy(one, name);
        WholeFile.SyncDirectory(Path.Combine(_root, name));
        WholeFile.SyncDirectory(Path.Combine(_root, Backups));
        return name;
    }

    private void Copy(Pending one, string backup)
    {
        string file = Path.Combine(_root, backup, one.Entry.Path[".agentcraft/configs/".Length..]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        WholeFile.Write(file, one.Before);
    }

    /// <summary>What a run that was killed was writing when it died: while we have the turn, nobody writes here.</summary>
    private void RemoveRemains()
    {
        string configs = Path.Combine(_root, ".agentcraft", "configs");
        foreach (ConfigKind kind in ConfigKind.All.Where(kind => new DirectoryInfo(Path.Combine(configs, kind.Folder)) is { Exists: true, LinkTarget: null }))
            foreach (string file in Directory.EnumerateFiles(Path.Combine(configs, kind.Folder), "*.tmp", Everything).Where(file => Remains().IsMatch(file)))
                File.Delete(file);
    }

    private string ReadWhole(string path)
    {
        byte[] bytes = File.ReadAllBytes(_tree.Locate(ProjectPath.Parse(path)));
        string text = ProjectTextFile.Decode(bytes);
        return bytes.AsSpan().StartsWith("\uFEFF"u8) ? "\uFEFF" + text : text;
    }

    [GeneratedRegex(@"\.(yaml|yml|json)\.[0-9]+-[0-9a-f]{32}\.tmp$")]
    private static partial Regex Remains();
}

/// <summary>A file that is not in today's format.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="From">Its version.</param>
/// <param name="To">Today's.</param>
/// <param name="Diff">The change, as <c>git diff</c> shows it.</param>
/// <param name="Error">Why it stays as it is; null when it is changed.</param>
public sealed record ConfigChange(string Path, int From, int To, string Diff, string? Error);

/// <summary>What a migration did.</summary>
/// <param name="Changes">One a file that was not in today's format.</param>
/// <param name="Backup">Where the old files are, relative to the root; null when nothing was changed.</param>
public sealed record ConfigMigrated(IReadOnlyList<ConfigChange> Changes, string? Backup);

/// <summary>A change that is about to be made.</summary>
internal sealed record Pending(ConfigEntry Entry, string Before, string After, ConfigChange Change);
