using System.Text.RegularExpressions;

namespace AgentCraft.Data.Paths;

/// <summary>
/// A path in the project as a client or a file gives it: relative, with slashes, the same place on every system. It leads nowhere but down;
/// whether a link on its way leads out is seen when it is opened (<see cref="ProjectTree"/>).
/// </summary>
public readonly partial record struct ProjectPath
{
    /// <summary>How many characters one may have, which is what an index takes.</summary>
    public const int Longest = 500;

    private const int LongestOfSystem = 4000;
    private const string Hint = "Pass a path relative to the project, with slashes: src/index.ts, reports/2026/run.log.";

    private ProjectPath(string value) => Value = value;

    /// <summary>For example <c>src/index.ts</c>.</summary>
    public string Value { get; }

    /// <summary>The names on the way, the file's last.</summary>
    internal string[] Parts => Value.Split('/');

    /// <summary>Reads what a client gave.</summary>
    /// <param name="text">The client's text.</param>
    /// <param name="what">The argument, for the message.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c></exception>
    public static ProjectPath Parse(string text, string what = "path")
    {
        Text.Storable(text, what);
        return Fault(text) is { } fault ? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{what} {fault}: '{Text.Shown(text)}'.", Hint) : new(text);
    }

    /// <summary>Reads what a text or a file of the project names; null when it is no path in the project.</summary>
    public static ProjectPath? Find(string text) => Fault(text) is null ? new(text) : null;

    /// <summary>Reads what the file system or git says is there, whose names may be odd; null when it leads anywhere but down.</summary>
    internal static ProjectPath? OfSystem(string text) =>
        text.Length is 0 or > LongestOfSystem || text.Contains('\0') || Path.IsPathRooted(text) || text.Split('/').Any(part => part is "" or "." or "..") ? null : new(text);

    /// <summary>What is wrong with a path, to go behind its name; null when nothing is.</summary>
    public static string? Fault(string text) =>
        text.Length == 0 ? "is empty"
        : text.Length > Longest ? $"has {text.Length:N0} characters; the limit is {Longest}"
        : text.Any(char.IsControl) ? "has control characters"
        : text.Contains('\\') ? "has backslashes"
        : text[0] == '/' || Drive().IsMatch(text) ? "is not relative to the project"
        : text.Split('/').Select(PartFault).FirstOrDefault(fault => fault is not null);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? PartFault(string part) =>
        part == ".." ? "leads out of its directory"
        : part is "" or "." ? "has empty parts"
        // Windows takes 'x.' and 'x ' for 'x', and 'nul.txt' for a device.
        : part[^1] is '.' or ' ' ? "has a part that ends with a dot or a blank"
        : Device().IsMatch(part) ? "has a part that names a device on Windows"
        : null;

    [GeneratedRegex("^[A-Za-z]:", RegexOptions.CultureInvariant)]
    private static partial Regex Drive();

    [GeneratedRegex(@"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|:|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();
}
