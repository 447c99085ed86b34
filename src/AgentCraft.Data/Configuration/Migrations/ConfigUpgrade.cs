using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Configuration.Migrations;

/// <summary>Brings the text of a file from an old version of its format to today's, changing nothing but what the formats differ in.</summary>
internal static class ConfigUpgrade
{
    /// <summary>The same file in today's format.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">As it is.</param>
    /// <param name="node">What it says.</param>
    /// <param name="version">The version of that.</param>
    public static string Of(ConfigKind kind, string text, ConfigNode node, int version) => (kind.Name, version) switch
    {
        ("template", 1) => TextEdit.Apply(text, TemplateOne.Edits(text, node)),
        _ => throw new InvalidOperationException($"There is no way from version {version} of a {kind.Name}."),
    };
}
