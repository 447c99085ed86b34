using System.Text.RegularExpressions;

namespace AgentCraft.Data.Configuration;

/// <summary>Names of configuration files: kebab-case, in folders where somebody likes that (<c>system-prompts/reviewer</c>).</summary>
internal static partial class ConfigName
{
    public const int Longest = 128;
    public const int DeepestFolder = 3;

    /// <summary>True for a name that a file can have.</summary>
    public static bool IsValid(string name) => name.Length <= Longest && Whole().IsMatch(name);

    /// <summary>True for one part of it.</summary>
    public static bool IsPart(string part) => part.Length <= Longest && !part.Contains('/') && Whole().IsMatch(part);

    /// <summary>What a wrong part would be in kebab-case.</summary>
    public static string Mended(string part) =>
        Other().Replace(Hump().Replace(part, "-"), "-").Trim('-').ToLowerInvariant() is { Length: > 0 } mended ? mended : "my-name";

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*){0,3}\z")]
    private static partial Regex Whole();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Hump();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex Other();
}
