using AgentCraft.Data.Paths;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Outputs;

/// <summary>
/// Reads a file of the project for who asks for it by name: through no link, so that a path means what it says; and never the store, whose
/// locks a plain handle would drop.
/// </summary>
internal static class ProjectFile
{
    private static readonly string[] Stores = [".agentcraft", ".agents"];

    /// <summary>The bytes.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>not_allowed</c>, <c>payload_too_large</c></exception>
    public static byte[] Read(ProjectTree tree, ProjectPath path, int mostBytes)
    {
        if (Stores.Contains(path.Parts[0], StringComparer.OrdinalIgnoreCase))
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"{path} belongs to the store, which is not read as a file.", "Pass the content instead.");
        try
        {
            using SafeFileHandle file = tree.OpenFile(path) ?? throw Missing(path);
            byte[] bytes = file.ReadAll(mostBytes);
            OutputContent.Check(bytes.Length > mostBytes ? RandomAccess.GetLength(file) : bytes.Length, mostBytes, path.Value);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw tree.IsDirectory(path) ? Missing(path, isDirectory: true)
                : new(ErrorCodes.NotFound, $"{path} cannot be read: {failure.Message}", "Check its permissions, or pass its content.", inner: failure);
        }
    }

    private static AgentCraftException Missing(ProjectPath path, bool isDirectory = false) => new(ErrorCodes.NotFound,
        isDirectory ? $"{path} is a directory." : $"The project has no file {path}.", "Name an existing file, relative to the project's root, or pass content.");
}
