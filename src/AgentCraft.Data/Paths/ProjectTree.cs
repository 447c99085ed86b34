using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Paths;

/// <summary>
/// The one way from a given path to a file: down from the root, one open directory after the other and through no link, so that neither what
/// is there nor what is swapped in meanwhile leads out of the project.
/// </summary>
/// <param name="root">The project.</param>
public sealed class ProjectTree(string root)
{
    /// <summary>The project.</summary>
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Opens a file for reading; null when there is none. What is no plain file has no length that could be asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="links">What to do about links on the way.</param>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> for a path that leads through a link where it may not.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal SafeFileHandle? OpenFile(ProjectPath path, Links links = Links.Refused)
    {
        string[] parts = Way(path, links);
        using IProjectDirectory? directory = Open(parts[..^1]);
        return directory?.Read(parts[^1]);
    }

    /// <summary>True when there is a file at that path, or anything else that is no directory.</summary>
    internal bool IsFile(ProjectPath path, Links links = Links.Refused)
    {
        try
        {
            using SafeFileHandle? file = OpenFile(path, links);
            return file is not null;
        }
        catch (Exception failure) when (failure is AgentCraftException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where the file is at this moment, links inside the project taken, for what can only be named by a path.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> for a path that leads out.</exception>
    internal string Locate(ProjectPath path) => Path.Combine([Root, .. Way(path, Links.Inside)]);

    /// <summary>True when there is a directory at that path.</summary>
    internal bool IsDirectory(ProjectPath path, Links links = Links.Refused)
    {
        using IProjectDirectory? directory = Open(Way(path, links));
        return directory is not null;
    }

    /// <summary>Opens the directory to which these names lead; null when there is none.</summary>
    internal IProjectDirectory? Open(params ReadOnlySpan<string> names)
    {
        IProjectDirectory? at = OpenRoot();
        foreach (string name in names)
        {
            if (at is null)
                return null;
            using IProjectDirectory above = at;
            at = above.Open(name);
        }
        return at;
    }

    /// <summary>The same, made where it is missing.</summary>
    /// <param name="isPrivate">What is made is its owner's only.</param>
    /// <param name="names">From the root down.</param>
    internal IProjectDirectory Create(bool isPrivate, params ReadOnlySpan<string> names)
    {
        IProjectDirectory at = OpenRoot() ?? throw new DirectoryNotFoundException($"The root {Root} does not exist.");
        foreach (string name in names)
        {
            using IProjectDirectory above = at;
            at = above.Create(name, isPrivate);
        }
        return at;
    }

    /// <summary>Replaces a file as a whole, for all to read; its directories are made.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> for a directory that is a link out of the project.</exception>
    internal void Replace(ProjectPath path, string content)
    {
        string[] names = path.Parts, above = names.Length == 1 ? [] : Resolved(path.Parts[..^1], path);
        using IProjectDirectory directory = Create(isPrivate: false, above);
        directory.Replace(names[^1], content, isPrivate: false);
    }

    /// <summary>Takes a file away if it has exactly this content.</summary>
    internal void DeleteIf(ProjectPath path, string content)
    {
        string[] names = path.Parts;
        using IProjectDirectory? directory = Open(names.Length == 1 ? [] : Resolved(path.Parts[..^1], path));
        using SafeFileHandle? file = directory?.Read(names[^1]);
        if (file is not null && Encoding.UTF8.GetString(file.ReadAll(Encoding.UTF8.GetMaxByteCount(content.Length))) == content)
            directory!.Delete(names[^1]);
    }

    /// <summary>The error of a path that leads through a link.</summary>
    internal static AgentCraftException Link(string path, string target) =>
        new(ErrorCodes.NotAllowed, $"{Text.Shown(path, 200)} is a link to {Text.Shown(target)}, which is not followed.", "Name the file itself, inside the project.");

    private string[] Way(ProjectPath path, Links links) => links == Links.Refused ? path.Parts : Resolved(path.Parts, path);

    private string[] Resolved(string[] names, ProjectPath path) => LinkWay.Inside(Root, names)
        ?? throw new AgentCraftException(ErrorCodes.NotAllowed, $"{path} leads out of the project through a link.", "Name the file itself, inside the project.");

    private IProjectDirectory? OpenRoot() =>
        !OperatingSystem.IsWindows() ? UnixDirectory.OpenRoot(Root) : Directory.Exists(Root) ? new WindowsDirectory(Root) : null;
}

/// <summary>What to do about links on the way to a file.</summary>
internal enum Links
{
    /// <summary>A path means what it says.</summary>
    Refused,

    /// <summary>Those that stay inside the project are taken, as people have them.</summary>
    Inside,
}
