using System.CommandLine;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Server.Tools;
using ModelContextProtocol;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft tools list</c>: the tools as clients see them; its Markdown is the README's table.</summary>
internal static class ToolsCommand
{
    public static Command Create()
    {
        Option<bool> markdown = new("--markdown") { Description = "A Markdown table, as the README has it." };
        Option<bool> json = new("--json") { Description = "The definitions with their schemas, as tools/list sends them." };
        Command list = new("list", "List the tools and what their definitions cost a client.\n\nExample: agentcraft tools list --markdown") { markdown, json };
        list.SetAction(result => Console.Out.Write(
            result.GetValue(json) ? ToJson() : result.GetValue(markdown) ? ToMarkdown() : ToText()));
        return new Command("tools", "What the server offers.") { list };
    }

    /// <summary>What a definition costs: a token is about four bytes of name, description and input schema.</summary>
    public static int Tokens(CatalogTool tool) =>
        (Encoding.UTF8.GetByteCount(tool.Name) + Encoding.UTF8.GetByteCount(tool.Definition.Description ?? "")
            + Encoding.UTF8.GetByteCount(tool.Definition.InputSchema.GetRawText()) + 3) / 4;

    private static IReadOnlyList<CatalogTool> Tools { get; } =
        new ToolCatalog(new Lazy<Stores>(() => throw new InvalidOperationException("Listing tools needs no store."))).All;

    private static string ToText()
    {
        StringBuilder text = new();
        foreach (CatalogTool tool in Tools)
            text.Append($"{tool.Toolset,-10} {tool.Name,-22} {tool.Definition.Title}\n");
        return text.Append($"{Tools.Count} tools, about {Tools.Sum(Tokens)} tokens.\n").ToString();
    }

    private static string ToMarkdown()
    {
        StringBuilder table = new("| toolset | tool | what it does |\n|---|---|---|\n");
        foreach (CatalogTool tool in Tools)
            table.Append($"| {tool.Toolset} | `{tool.Name}` | {tool.Definition.Description!.ReplaceLineEndings(" ").Replace("|", "\\|")} |\n");
        return table.ToString();
    }

    private static string ToJson() =>
        JsonSerializer.Serialize(Tools.Select(tool => tool.Definition).ToList(), McpJsonUtilities.DefaultOptions) + "\n";
}
