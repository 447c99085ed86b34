using System.Runtime.InteropServices;

namespace AgentCraft.Data.Storage.FileSystems;

/// <summary>
/// Whether SQLite's log can be trusted where a file lies. It needs memory that all processes share and locks that all of them see; file systems
/// that other machines write to, or that Windows and Linux share, give neither, and do not say so: files are damaged later.
/// </summary>
internal static partial class FileSystem
{
    private const int LongestPath = 4096;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> Shared = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nfs"] = Network, ["nfs4"] = Network, ["cifs"] = Network, ["smb"] = Network, ["smb2"] = Network, ["smb3"] = Network, ["smbfs"] = Network, ["afpfs"] = Network,
        ["webdav"] = Network, ["davfs"] = Network, ["afs"] = Network, ["coda"] = Network, ["ncpfs"] = Network, ["ceph"] = Network, ["glusterfs"] = Network, ["lustre"] = Network,
        ["gfs2"] = Network, ["ocfs2"] = Network, ["beegfs"] = Network,
        ["9p"] = Guest, ["drvfs"] = Guest, ["vboxsf"] = Guest, ["vmhgfs"] = Guest, ["prl_fs"] = Guest,
        ["fuse.sshfs"] = Network, ["fuse.s3fs"] = Network, ["fuse.rclone"] = Network, ["fuse.gcsfuse"] = Network, ["fuse.glusterfs"] = Network, ["fuse.ceph"] = Network,
        ["fuse.ceph-fuse"] = Network, ["fuse.davfs"] = Network, ["fuse.davfs2"] = Network, ["fuse.smbnetfs"] = Network, ["fuse.curlftpfs"] = Network, ["fuse.goofys"] = Network,
        ["fuse.juicefs"] = Network, ["fuse.vmhgfs-fuse"] = Guest,
    };

    private static readonly string[] Doubtful = ["virtiofs", "fakeowner", "fuse.grpcfuse", "fuse.osxfs", "osxfs", "grpcfuse"];

    private const string Network = "a network file system";
    private const string Guest = "a directory that two operating systems share";

    private static (long At, MountTable Table)? _kept;

    /// <summary>The mount that a path is on, links followed; null where that cannot be told. What is not there yet will be where its nearest directory is.</summary>
    public static Mount? Of(string path) => OperatingSystem.IsLinux() ? Of(path, Current()) : OfDrive(path);

    /// <inheritdoc cref="Of(string)"/>
    public static Mount? Of(string path, MountTable table) => table.Of(Resolved(path)) is { } mount ? table.Below(mount) : null;

    /// <summary>What kind of place it is, when SQLite's log does not work there; null when it does.</summary>
    public static string? Fault(Mount mount) => Shared.GetValueOrDefault(mount.Kind);

    /// <summary>It may work, as long as all processes are on one side of it.</summary>
    public static bool IsDoubtful(Mount mount) => Doubtful.Contains(mount.Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>Before a database file there is opened or made.</summary>
    /// <exception cref="AgentCraftException"><c>store_unavailable</c></exception>
    public static void Refuse(string path, StoreSettings settings)
    {
        if (settings.FileSystem != FileSystemRule.Any && settings.FileSystemOf(path) is { } mount && Fault(mount) is { } fault)
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"{path} would lie on {mount}. That is {fault}, where SQLite's log is not safe: what several processes write gets lost or damaged.",
                $"Nothing was opened or made. {Alternative}");
    }

    /// <summary>What to do instead.</summary>
    public const string Alternative = "Keep the store on a local disk: --root (or AGENTCRAFT_ROOT) with a directory there; or share a PostgreSQL database: --store \"Host=…\". "
        + "Only if one single process ever uses it: AGENTCRAFT__SQLITE__FILESYSTEM=any.";

    private static MountTable Current()
    {
        if (_kept is { } kept && Environment.TickCount64 - kept.At < Fresh.TotalMilliseconds)
            return kept.Table;
        MountTable table = MountTable.Parse(Read());
        _kept = (Environment.TickCount64, table);
        return table;
    }

    private static string Read()
    {
        try
        {
            return File.ReadAllText("/proc/self/mountinfo");
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Elsewhere the system tells the kind of the drive.</summary>
    private static Mount? OfDrive(string path)
    {
        try
        {
            DriveInfo drive = new(Path.GetPathRoot(Path.GetFullPath(path)) is { Length: > 1 } root ? root : Resolved(path));
            return new(drive.Name, drive.DriveType == DriveType.Network ? "smb" : drive.DriveFormat, "", "");
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string Resolved(string path)
    {
        string full = Path.GetFullPath(path), rest = "";
        for (string? at = full; at is not null; at = Path.GetDirectoryName(at))
        {
            if (!OperatingSystem.IsWindows() && RealPath(at) is { } real)
                return Path.Join(real, rest).TrimEnd('/') is { Length: > 0 } resolved ? resolved : "/";
            rest = Path.Join(Path.GetFileName(at), rest);
        }
        return full;
    }

    private static string? RealPath(string path)
    {
        Span<byte> real = stackalloc byte[LongestPath];
        return RealPath(path, real) == 0 ? null : System.Text.Encoding.UTF8.GetString(real[..real.IndexOf((byte)0)]);
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, Span<byte> real);
}

/// <summary>Where SQLite files may lie.</summary>
public enum FileSystemRule
{
    /// <summary>On a disk of this machine.</summary>
    Local,

    /// <summary>Anywhere, at one's own risk.</summary>
    Any,
}
