using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>The file that people and agents without a server read the newest hand-over from; replaced as a whole.</summary>
internal static class PublishedFile
{
    /// <summary>Writes beside the file, then renames over it, so that a reader sees the old one or the new one.</summary>
    /// <param name="root">The root; the file must lie below it.</param>
    /// <param name="path">Relative to the root.</param>
    /// <param name="content">Markdown.</param>
    public static void Write(string root, string path, string content)
    {
        string file = Path.GetFullPath(Path.Combine(root, path));
        if (!file.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"handover.path '{path}' lies outside the root.",
                "Use a path below the root, for example docs/handover.md. The hand-over itself is stored.");
        string temporary = $"{file}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            WriteToDisk(temporary, content);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"The hand-over is stored and published, but {path} could not be written: {failure.Message}",
                "Check the directory's permissions, then repeat the call with the same idempotencyKey. get_handover shows the document.", inner: failure);
        }
    }

    /// <summary>Takes the file away if it still shows this document; any other is left.</summary>
    public static void Withdraw(string root, string path, string content)
    {
        string file = Path.GetFullPath(Path.Combine(root, path));
        try
        {
            if (File.Exists(file) && File.ReadAllText(file) == content)
                File.Delete(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"That is stored, but {path} still shows the document: {failure.Message}",
                "Check the file's permissions, then repeat the call.", inner: failure);
        }
    }

    /// <summary>On disk before the rename is, or a power cut could leave the new name on an empty file.</summary>
    private static void WriteToDisk(string file, string content)
    {
        using FileStream stream = new(file, FileMode.CreateNew);
        stream.Write(Encoding.UTF8.GetBytes(content));
        stream.Flush(flushToDisk: true);
    }
}
