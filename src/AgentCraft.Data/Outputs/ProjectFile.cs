namespace AgentCraft.Data.Outputs;

/// <summary>
/// Reads a file of the project for who asks for it by name: below the root and through no link, so that a path means what it says; and never
/// the store, whose locks a plain handle would drop.
/// </summary>
internal static class ProjectFile
{
    private static readonly string[] Stores = [".agentcraft", ".agents"];

    /// <summary>The bytes.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>not_allowed</c>, <c>payload_too_large</c></exception>
    public static byte[] Read(string root, OutputPath path, int mostBytes)
    {
        FileInfo file = Find(root, path);
        OutputContent.Check(file.Length, mostBytes, path.Value);
        // Pipes and devices have no length, and opening one could wait for ever.
        if (file.Length == 0)
            return [];
        try
        {
            using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[Math.Min(file.Length, mostBytes) + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            OutputContent.Check(length, mostBytes, path.Value);
            return bytes[..length];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.NotFound, $"{path} cannot be read: {failure.Message}", "Check its permissions, or pass its content.", inner: failure);
        }
    }

    private static FileInfo Find(string root, OutputPath path)
    {
        string[] parts = path.Value.Split('/');
        // Windows takes 'x.' and 'x ' for 'x'.
        if (Stores.Contains(parts[0].TrimEnd('.', ' '), StringComparer.OrdinalIgnoreCase))
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"{path} belongs to the store, which is not read as a file.", "Pass the content instead.");
        string at = root;
        foreach (string part in parts)
            if (new FileInfo(at = Path.Combine(at, part)) is { LinkTarget: { } target })
                throw new AgentCraftException(ErrorCodes.NotAllowed, $"{path} leads through a link to {Text.Shown(target)}.", "Name the file itself, inside the project, or pass its content.");
        FileInfo file = new(at);
        return file.Exists ? file
            : throw new AgentCraftException(ErrorCodes.NotFound, Directory.Exists(at) ? $"{path} is a directory." : $"The project has no file {path}.",
                "Name an existing file, relative to the project's root, or pass content.");
    }
}
