using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis;

/// <summary>The processes of this machine, and which files they have open, as Linux shows them below <c>/proc</c>; those of others may be hidden.</summary>
internal sealed class ProcessTable(string proc = "/proc")
{
    private const string Deleted = " (deleted)";
    private const int StateField = 0, ParentField = 1;

    /// <summary>False where the system does not tell.</summary>
    public bool IsKnown { get; } = OperatingSystem.IsLinux() && Directory.Exists(proc);

    /// <summary>All whose command line can be read.</summary>
    public IEnumerable<RunningProgram> All() => Ids().Select(Find).OfType<RunningProgram>();

    /// <summary>Null when there is none.</summary>
    public RunningProgram? Find(int pid)
    {
        try
        {
            string status = File.ReadAllText($"{proc}/{pid}/stat");
            string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField] is "Z" or "X" ? null : new(pid, int.Parse(fields[ParentField], CultureInfo.InvariantCulture), fields[StateField][0],
                status[(status.IndexOf('(') + 1)..status.LastIndexOf(')')], Words($"{proc}/{pid}/cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Files that processes have open, by the name under which they opened them.</summary>
    public IEnumerable<OpenedFile> Opened(Func<string, bool> isWanted)
    {
        foreach (int pid in Ids())
            foreach (string descriptor in Descriptors(pid))
                if (Target(descriptor) is { } target && isWanted(Plain(target)))
                    yield return new(pid, Plain(target), FileIdentity.Of(descriptor), HoldsLock(pid, Path.GetFileName(descriptor)));
    }

    /// <summary>The other end of a process's standard input, when it is a pipe: who has it open; null when that cannot be told.</summary>
    public IReadOnlyList<int>? WritersTo(int pid) => Target($"{proc}/{pid}/fd/0") is { } pipe && pipe.StartsWith("pipe:", StringComparison.Ordinal)
        ? [.. Ids().Where(other => other != pid && Descriptors(other).Any(descriptor => Target(descriptor) == pipe))] : null;

    /// <summary>The working directory of a process; null when that is hidden.</summary>
    public string? DirectoryOf(int pid) => Target($"{proc}/{pid}/cwd");

    /// <summary>A variable in the environment that a process began with.</summary>
    public string? VariableOf(int pid, string name) =>
        Words($"{proc}/{pid}/environ").FirstOrDefault(word => word.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private IEnumerable<int> Ids() => !IsKnown ? [] : Directory.EnumerateDirectories(proc).Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0).Where(pid => pid > 0);

    private string[] Descriptors(int pid)
    {
        try
        {
            return Directory.GetFileSystemEntries($"{proc}/{pid}/fd");
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private bool HoldsLock(int pid, string descriptor)
    {
        try
        {
            return File.ReadLines($"{proc}/{pid}/fdinfo/{descriptor}").Any(line => line.StartsWith("lock:", StringComparison.Ordinal) && line.Contains("FLOCK") && line.Contains("WRITE"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Plain(string target) => target.EndsWith(Deleted, StringComparison.Ordinal) ? target[..^Deleted.Length] : target;

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Words(string path)
    {
        try
        {
            return File.ReadAllText(path).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

/// <summary>A process.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="State">T for one that is stopped.</param>
/// <param name="Name">The program's, at most 15 characters.</param>
/// <param name="Words">Its command line; none where that is hidden.</param>
internal sealed record RunningProgram(int Pid, int Parent, char State, string Name, IReadOnlyList<string> Words)
{
    private static readonly string[] Adopters = ["systemd", "init", "launchd", "tini", "docker-init", "dumb-init", "catatonit"];

    /// <summary>It does nothing until it is told to continue.</summary>
    public bool IsStopped => State is 'T' or 't';

    /// <summary>It takes care of those whose parents are gone. Not whatever is number 1: in a container that may be a client.</summary>
    public bool IsAdopter => Adopters.Contains(Name);

    /// <summary>For people.</summary>
    public string Shown => Words.Count == 0 ? Name : Text.Shown(string.Join(' ', Words.Select(word => word.Contains('/') && word == Words[0] ? Path.GetFileName(word) : word)), 100);
}

/// <summary>A file that a process has open.</summary>
/// <param name="Pid">Who.</param>
/// <param name="Path">As it was called when it was opened.</param>
/// <param name="Identity">Which file it is, whatever has that name now.</param>
/// <param name="HoldsLock">It holds an exclusive lock on it.</param>
internal sealed record OpenedFile(int Pid, string Path, FileIdentity Identity, bool HoldsLock);
