using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Configuration.Migrations;

/// <summary>Version 1 of templates, as the first guidelines had it: other names for some keys, and one prompt instead of a list.</summary>
internal static class TemplateOne
{
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["type"] = "agentType", ["systemPrompt"] = "instruction", ["system_prompt"] = "instruction", ["launch_mode"] = "launchMode", ["prompt"] = "prompts",
        ["mcp"] = "mcpServers", ["mcp_servers"] = "mcpServers",
    };

    /// <summary>What makes it version 2.</summary>
    public static IEnumerable<TextEdit> Edits(string text, ConfigNode node)
    {
        foreach (ConfigField field in node.Fields)
        {
            if (field.Name == "version")
                yield return new(field.Value.Start, field.Value.End, "2");
            if (Renamed.TryGetValue(field.Name, out string? name))
                yield return new(field.Start, field.End, Quoted(text, field, name));
            if (field.Name is "prompt" or "prompts" or "skills" && field.Value.Kind == NodeKind.Text)
                yield return new(field.Value.Start, field.Value.End, $"[{text[field.Value.Start..field.Value.End]}]");
        }
    }

    private static string Quoted(string text, ConfigField field, string name) => text[field.Start] is '"' or '\'' ? $"{text[field.Start]}{name}{text[field.Start]}" : name;
}
