namespace AgentCraft.Data.Configuration;

/// <summary>A file of a kind, before it is read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name in its folder, without extension.</param>
/// <param name="Path">Relative to the root, or as it ships.</param>
/// <param name="Own">The project's; false for one that ships.</param>
/// <param name="Fault">Why it is no file that can be read: a wrong name, two files of one name.</param>
internal sealed record ConfigEntry(ConfigKind Kind, string Name, string Path, bool Own, string? Fault = null)
{
    public bool IsJson => Path.EndsWith(".json", StringComparison.Ordinal);
}
