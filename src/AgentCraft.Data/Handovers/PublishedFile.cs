using AgentCraft.Data.Paths;

namespace AgentCraft.Data.Handovers;

/// <summary>The file that people and agents without a server read the newest hand-over from; replaced as a whole.</summary>
internal static class PublishedFile
{
    /// <summary>Writes it as a whole, so that a reader sees the old one or the new one.</summary>
    /// <param name="root">The root; the file must lie below it.</param>
    /// <param name="path">Relative to the root.</param>
    /// <param name="content">Markdown.</param>
    public static void Write(string root, string path, string content)
    {
        ProjectPath file = Inside(path);
        try
        {
            new ProjectTree(root).Replace(file, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AgentCraftException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"The hand-over is stored and published, but {path} could not be written: {failure.Message}",
                "Check the directory's permissions, then repeat the call with the same idempotencyKey. get_handover shows the document.", inner: failure);
        }
    }

    /// <summary>Takes the file away if it still shows this document; any other is left.</summary>
    public static void Withdraw(string root, string path, string content)
    {
        ProjectPath file = Inside(path);
        try
        {
            new ProjectTree(root).DeleteIf(file, content);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AgentCraftException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"That is stored, but {path} still shows the document: {failure.Message}",
                "Check the file's permissions, then repeat the call.", inner: failure);
        }
    }

    private static ProjectPath Inside(string path) => ProjectPath.Find(path) ?? throw new AgentCraftException(ErrorCodes.InvalidConfiguration,
        $"handover.path {ProjectPath.Fault(path)}: '{Text.Shown(path)}'.", "Use a path below the root, for example docs/handover.md. The hand-over itself is stored.");
}
