using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>The store is its owner's only: directories 0700, files 0600.</summary>
internal sealed class PermissionCheck : ICheck
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    public string Name => "permissions";

    public string Title => "Permissions";

    public bool AppliesTo(Premises premises) => premises.IsFiles && !OperatingSystem.IsWindows() && premises.HasStore;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        List<Entry> entries = [.. StoreEntries.Of(premises).Select(path => Entry.Of(premises, path)).OfType<Entry>()];
        List<Finding> findings = [];
        Add(findings, premises, entries);
        AddOwners(findings, premises, entries);
        AddReadOnly(findings, premises);
        return Task.FromResult(new Seen($"{entries.Count} files and directories{(findings.Count == 0 ? " are their owner's only" : "")}", findings));
    }

    private static void Add(List<Finding> findings, Premises premises, List<Entry> entries)
    {
        List<Entry> open = [.. entries.Where(entry => (entry.Mode & Others) != 0)];
        if (open.Count > 0)
        {
            bool isWritten = open.Exists(entry => (entry.Mode & OthersWrite) != 0);
            findings.Add(Of(premises, open, isWritten ? Severity.Error : Severity.Warning, $"Other users of this machine may {(isWritten ? "write" : "read")}",
                isWritten ? "Anybody here can change what agents stored, or have their server load what they put there." : "Messages, hand-overs and names are open to everybody on this machine."));
        }
        List<Entry> closed = [.. entries.Where(entry => entry.IsLive && (entry.Mode & entry.Wanted) != entry.Wanted)];
        if (closed.Count > 0)
        {
            bool isUnreadable = closed.Exists(entry => (entry.Mode & UnixFileMode.UserRead) == 0);
            findings.Add(Of(premises, closed, isUnreadable ? Severity.Error : Severity.Warning, $"Their own user may not {(isUnreadable ? "read" : "write")}",
                isUnreadable ? "Nothing in them can be used." : "Reading works, and every write answers read_only."));
        }
    }

    private static Finding Of(Premises premises, List<Entry> entries, Severity severity, string what, string why) => new()
    {
        Severity = severity,
        What = $"{what}: {Premises.Some([.. entries.Select(entry => $"{premises.Shown(entry.Path)} ({Convert.ToString((int)entry.Mode, 8).PadLeft(4, '0')})")])}.",
        Why = why, Next = premises.Command("doctor --fix"), Fixable = true, Paths = premises.ShownAll(entries.Select(entry => entry.Path)),
        Remedy = new ModeRemedy([.. entries.Select(entry => (entry.Path, entry.IsLive ? entry.Wanted : entry.Mode & entry.Wanted))]),
    };

    /// <summary>Somebody has used it as root once, most often: then root's files stand in the way of their user.</summary>
    private static void AddOwners(List<Finding> findings, Premises premises, List<Entry> entries)
    {
        uint? owner = FileStatus.Of(premises.Folder).Owner;
        List<Entry> foreign = [.. entries.Where(entry => entry.Owner != owner)];
        if (owner is { } expected && foreign.Count > 0)
            findings.Add(Finding.Error($"These belong to another user (id {foreign[0].Owner}) than {premises.Shown(premises.Folder)} (id {expected}): {Premises.Some([.. foreign.Select(entry => premises.Shown(entry.Path))])}.",
                "Servers of one user cannot use the files of the other.", $"sudo chown -R {expected} {string.Join(' ', Tops(premises, foreign).Select(Premises.Quoted))}")
                with
            { Paths = premises.ShownAll(foreign.Select(entry => entry.Path)) });
        else if (owner is { } other && FileStatus.Self is { } self && other != self && self != 0)
            findings.Add(Finding.Warning($"The store belongs to the user with the id {other}, and this is {self}.", "A server of this user may not be able to use it.", $"sudo -u '#{other}' {premises.Command("doctor")}"));
    }

    private static IEnumerable<string> Tops(Premises premises, IEnumerable<Entry> foreign) => foreign
        .Select(entry => entry.Path.StartsWith(premises.Folder, StringComparison.Ordinal) ? premises.Folder : Path.GetDirectoryName(entry.Path)!).Distinct().Take(10);

    private static void AddReadOnly(List<Finding> findings, Premises premises)
    {
        if (findings.Count == 0 && (!FileStatus.IsWritable(premises.Paths.Central) || !FileStatus.IsWritable(premises.Folder)))
            findings.Add(Finding.Warning($"{premises.Shown(premises.Folder)} cannot be written by this process: its disk is mounted read-only, or permissions forbid it.",
                "Reading works, and every write answers read_only.", $"findmnt -T {Premises.Quoted(premises.Folder)}"));
    }

    /// <param name="Path">Where.</param>
    /// <param name="Mode">As it is.</param>
    /// <param name="Wanted">As it should be.</param>
    /// <param name="Owner">Whose.</param>
    /// <param name="IsLive">It is written to; a backup may well be protected from that.</param>
    private sealed record Entry(string Path, UnixFileMode Mode, UnixFileMode Wanted, uint? Owner, bool IsLive)
    {
        public static Entry? Of(Premises premises, string path)
        {
            try
            {
                return OperatingSystem.IsWindows() ? null
                    : new(path, File.GetUnixFileMode(path), Directory.Exists(path) ? OwnerDirectory : OwnerFile, FileStatus.Of(path).Owner,
                        !path.StartsWith(premises.Paths.Backups, StringComparison.Ordinal) && !path.StartsWith(premises.Paths.Replaced, StringComparison.Ordinal));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
