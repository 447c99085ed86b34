using System.Text.RegularExpressions;

namespace AgentCraft.Data.Outputs;

/// <summary>Where something lies in a project: relative, with slashes, and never outside of it.</summary>
public readonly partial record struct OutputPath
{
    /// <summary>How long one may be, which is what an index takes.</summary>
    public const int Longest = 500;

    private const string Hint = "Pass a path relative to the project, with slashes: src/index.ts, reports/2026/run.log.";

    private OutputPath(string value) => Value = value;

    /// <summary>For example <c>src/index.ts</c>.</summary>
    public string Value { get; }

    /// <summary>Reads a client's path.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c></exception>
    public static OutputPath Parse(string text)
    {
        Text.Storable(text, "path");
        return Fault(text) is { } fault ? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"path {fault}: '{Text.Shown(text)}'.", Hint) : new(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Fault(string text) =>
        text.Length == 0 ? "is empty"
        : text.Length > Longest ? $"has {text.Length:N0} characters; the limit is {Longest}"
        : text.Any(char.IsControl) ? "has control characters"
        : text.Contains('\\') ? "has backslashes"
        : text[0] == '/' || Drive().IsMatch(text) ? "is not relative to the project"
        : text.Split('/').Contains("..") ? "leads out of its directory"
        : text.Split('/').Any(part => part is "" or ".") ? "has empty parts"
        : null;

    [GeneratedRegex("^[A-Za-z]:", RegexOptions.CultureInvariant)]
    private static partial Regex Drive();
}
