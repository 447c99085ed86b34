using System.Globalization;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Instances;

/// <summary>The directory <c>.agents/NAME</c>, held open.</summary>
internal sealed class InstanceDirectory : IDisposable
{
    public const string Parent = ".agents";
    public const string Metadata = ".agentcraft.json";
    private const string Corrupted = ".corrupted";

    private readonly ProjectTree _tree;
    private readonly IProjectDirectory _directory;

    private InstanceDirectory(ProjectTree tree, string name, IProjectDirectory directory) => (_tree, Name, _directory) = (tree, name, directory);

    /// <summary>The instance's name.</summary>
    public string Name { get; }

    /// <summary>Null when there is none of that name.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> when it is a link.</exception>
    public static InstanceDirectory? Find(ProjectTree tree, string name) => tree.Open(Parent, name) is { } directory ? new(tree, name, directory) : null;

    /// <summary>Makes it unless there is one.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> when it is a link.</exception>
    public static InstanceDirectory Create(ProjectTree tree, string name) => new(tree, name, tree.Create(isPrivate: true, Parent, name));

    /// <summary>Waits for the right to change the instance.</summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c> naming the process that has it.</exception>
    public FileEdit Begin(TimeSpan limit, CancellationToken cancellationToken) => FileEdit.Begin(Path.Combine(_directory.Path, Metadata), limit, cancellationToken);

    /// <summary>Reads the metadata.</summary>
    public InstanceReading Read()
    {
        try
        {
            using SafeFileHandle? file = _directory.Read(Metadata);
            return file is null ? InstanceReading.Missing : InstanceReading.Of(Name, file.ReadAll(InstanceFile.LargestBytes));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AgentCraftException)
        {
            return InstanceReading.Unreadable(failure.Message);
        }
    }

    /// <summary>Writes the metadata; only for who has the right to.</summary>
    public void Write(InstanceFile file) => Write(new WorkspaceFile(null, Metadata, file.ToString()));

    /// <summary>Writes any other file of the workspace; the same.</summary>
    public void Write(WorkspaceFile file)
    {
        using IProjectDirectory? folder = file.Folder is { } name ? _directory.Create(name, isPrivate: true) : null;
        (folder ?? _directory).Replace(file.Name, file.Content, isPrivate: true, temporary: $"{file.Name}.tmp");
    }

    /// <summary>A file of the workspace; null when there is none.</summary>
    public byte[]? Find(string name, string? folder = null)
    {
        using IProjectDirectory? below = folder is null ? null : _directory.Open(folder);
        using SafeFileHandle? file = folder is null ? _directory.Read(name) : below?.Read(name);
        return file?.ReadAll(InstanceFile.LargestBytes);
    }

    /// <summary>
    /// Takes a broken metadata file out of the workspace, and nothing else; only for who has the right to change it. One that somebody is
    /// writing stays.
    /// </summary>
    /// <returns>Where it lies now, relative to the root; null when it was left.</returns>
    public string? MoveAway(InstanceReading broken, DateTimeOffset now)
    {
        using (SafeFileHandle? file = _directory.Read(Metadata))
            if (file is null || FileWriters.AreThere(file) || !file.ReadAll(InstanceFile.LargestBytes).AsSpan().SequenceEqual(broken.Bytes))
                return null;
        using IProjectDirectory all = _tree.Create(isPrivate: true, Parent, Corrupted);
        string folder = NewFolder(all, now);
        using IProjectDirectory target = all.Create(folder, isPrivate: true);
        try
        {
            _directory.Move(Metadata, target, Metadata);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            all.DeleteDirectory(folder);
            throw;
        }
        target.Sync();
        _directory.Sync();
        return $"{Parent}/{Corrupted}/{folder}/{Metadata}";
    }

    public void Dispose() => _directory.Dispose();

    private string NewFolder(IProjectDirectory all, DateTimeOffset now)
    {
        string name = $"{Name}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}";
        for (int i = 1; ; i++)
        {
            string folder = i == 1 ? name : $"{name}-{i}";
            using IProjectDirectory? taken = all.Open(folder);
            if (taken is null)
                return folder;
        }
    }
}
