namespace AgentCraft.Data.Storage;

/// <summary>Directories and files of the store are their owner's only, whichever part of it comes first.</summary>
internal static class OwnedDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the directory; those above it, where they are missing too, get the usual permissions.</summary>
    public static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly);
    }

    /// <summary>Makes the directory with those above it, down from <paramref name="top"/>: all of them for their owner only.</summary>
    public static void CreateBelow(string top, string directory)
    {
        if (directory.Length > top.Length && Path.GetDirectoryName(directory) is { } above)
            CreateBelow(top, above);
        Create(directory);
    }

    /// <summary>
    /// Makes an empty file if there is none, before SQLite does with the usual permissions; what it makes beside the file gets the file's.
    /// A directory that a person made (with a <c>config.json</c>) may be open to all.
    /// </summary>
    public static void CreateFile(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }
}
