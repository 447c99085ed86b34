using System.Text.Json;

namespace AgentCraft.Data.Projects;

/// <summary>What a project's name, texts and settings may be.</summary>
internal static class ProjectText
{
    private const int LongestName = 200;
    private const int LongestPath = 4096;
    private const int LongestDescription = 64 * 1024;
    private const string IdPrefix = "project_";

    /// <exception cref="AgentCraftException"><c>invalid_name</c>, <c>invalid_text</c></exception>
    public static void CheckName(string name)
    {
        Text.Storable(name, "A project's name");
        // Two names that look the same are a trap.
        if ((Fault(name) ?? (VisibleText.Of(name) == name ? null : $"cannot contain what cannot be seen: '{Text.Shown(name)}'")) is { } fault)
            throw new AgentCraftException(ErrorCodes.InvalidName, $"A project's name {fault}.", "Use a short name, for example 'web-shop'.");
        FreeForm.RefuseSecret(name, "A project's name");
    }

    /// <summary>What is wrong with a name, as in "cannot be empty"; null when nothing is.</summary>
    public static string? Fault(string name) =>
        string.IsNullOrWhiteSpace(name) ? "cannot be empty"
        : name.Length > LongestName ? $"can have at most {LongestName} characters, not {name.Length}"
        : name.Trim() != name ? "cannot begin or end with a blank"
        : name.Any(char.IsControl) ? "cannot contain control characters"
        : name.StartsWith(IdPrefix, StringComparison.Ordinal) ? $"cannot begin with '{IdPrefix}', as ids do"
        : null;

    public static void Check(string? path, string? description, string? promptPath, JsonElement? settings)
    {
        Text.Within(path, "path", LongestPath, "Name the project's directory.");
        Text.Within(promptPath, "promptPath", LongestPath, "Name the file with the prompt.");
        Text.Within(description, "description", LongestDescription, "Shorten it; save_document holds longer text.");
        FreeForm.Check(settings, "settings");
        if (settings is { } given)
            ProjectLimits.Of(given);
    }
}
