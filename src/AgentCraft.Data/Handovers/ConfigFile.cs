using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>A template or a file of rules, as it was read.</summary>
/// <param name="Name">The file's, without extension.</param>
/// <param name="Path">Relative to the root, or as it ships: <c>configs/handover/templates/standard.md</c>.</param>
/// <param name="Text">All of it.</param>
/// <param name="Modified">When it was last changed; null for one that ships.</param>
internal sealed record ConfigFile(string Name, string Path, string Text, DateTimeOffset? Modified)
{
    /// <summary>SHA-256 of the text, hexadecimal.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>True for one that comes with the program.</summary>
    public bool IsShipped => Modified is null;

    /// <summary>True for JSON, by its name.</summary>
    public bool IsJson => Path.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>What to do about a file that cannot be used; null for what helps with templates and their rules.</summary>
    public string? Hint { get; init; }

    /// <summary>The error of a file that cannot be used.</summary>
    public AgentCraftException Invalid(int line, string fault) => InvalidAt(Path, line, fault, Hint);

    /// <inheritdoc cref="Invalid"/>
    public static AgentCraftException InvalidAt(string path, int line, string fault, string? hint = null) => new(ErrorCodes.InvalidConfiguration,
        $"{path}, line {line}: {fault}", hint ?? "Correct that file (it is read again with every call), or use another template: list_handover_templates shows them.");
}
