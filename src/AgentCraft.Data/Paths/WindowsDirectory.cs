using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Paths;

/// <summary>By paths, since Windows has no <c>openat</c> for us; making a link takes a privilege there. What was opened is looked at again afterwards.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsDirectory(string path) : IProjectDirectory
{
    public string Path { get; } = path;

    public IProjectDirectory? Open(string name)
    {
        RefuseLink(name);
        return Directory.Exists(PathOf(name)) ? new WindowsDirectory(PathOf(name)) : null;
    }

    public IProjectDirectory Create(string name, bool isPrivate)
    {
        RefuseLink(name);
        Directory.CreateDirectory(PathOf(name));
        return Open(name) ?? throw new IOException($"{PathOf(name)} is no directory.");
    }

    public SafeFileHandle? Read(string name)
    {
        RefuseLink(name);
        try
        {
            SafeFileHandle handle = File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            RefuseLink(name);
            return handle;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public SafeFileHandle Write(string name)
    {
        Delete(name);
        return File.OpenHandle(PathOf(name), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
    }

    public void Move(string name, IProjectDirectory to, string newName) => File.Move(PathOf(name), System.IO.Path.Combine(to.Path, newName), overwrite: true);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void DeleteDirectory(string name)
    {
        if (!Directory.EnumerateFileSystemEntries(PathOf(name)).Any())
            Directory.Delete(PathOf(name));
    }

    public void Sync()
    {
    }

    public void Dispose()
    {
    }

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    private void RefuseLink(string name)
    {
        if (new FileInfo(PathOf(name)).LinkTarget is { } target)
            throw ProjectTree.Link(PathOf(name), target);
    }
}
