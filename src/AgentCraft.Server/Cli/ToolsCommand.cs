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
        Option<string> toolsets = Toolsets.Create("Which toolsets: names as in core,tasks, or all. Default: the root's setting toolsets, core.");
        Command list = new("list", "List the tools and what their definitions cost a client.\n\nExample: agentcraft tools list --toolsets all --markdown")
        {
            toolsets, markdown, json, Roots.Option,
        };
        list.SetAction(result =>
        {
            ToolSelection selection = ToolSelection.Parse(result.GetValue(toolsets) ?? Roots.LoadSettings(Roots.Of(result)).Toolsets);
            CatalogTool[] tools = [.. All.Where(selection.Includes)];
            Console.Out.Write(result.GetValue(json) ? ToJson(tools) : result.GetValue(markdown) ? ToMarkdown(tools) : ToText(tools, selection));
        });
        return new Command("tools", "What the server offers.\n\nExample: agentcraft tools list --toolsets all") { list };
    }

    /// <summary>What a definition costs: a token is about four bytes of name, description and input schema.</summary>
    public static int Tokens(CatalogTool tool) =>
        (Encoding.UTF8.GetByteCount(tool.Name) + Encoding.UTF8.GetByteCount(tool.Definition.Description ?? "")
            + Encoding.UTF8.GetByteCount(tool.Definition.InputSchema.GetRawText()) + 3) / 4;

    private static IReadOnlyList<CatalogTool> All { get; } =
        new ToolCatalog(new Lazy<Stores>(() => throw new InvalidOperationException("Listing tools needs no store."))).All;

    private static string ToText(CatalogTool[] tools, ToolSelection selection)
    {
        StringBuilder text = new();
        foreach (CatalogTool tool in tools)
            text.Append($"{tool.Toolset,-10} {tool.Name,-26} {tool.Definition.Title}\n");
        foreach (IGrouping<string, CatalogTool> toolset in tools.GroupBy(tool => tool.Toolset))
            text.Append($"{toolset.Key}: {Cost(toolset)}\n");
        return text.Append(selection.IsEverything ? $"All: {Cost(tools)}\n" : $"--toolsets all shows all {All.Count} tools.\n").ToString();
    }

    private static string Cost(IEnumerable<CatalogTool> tools) => $"{tools.Count()} tools, about {tools.Sum(Tokens)} tokens";

    private static string ToMarkdown(CatalogTool[] tools)
    {
        StringBuilder table = new("| toolset | tool | what it does |\n|---|---|---|\n");
        foreach (CatalogTool tool in tools)
            table.Append($"| {tool.Toolset} | `{tool.Name}` | {tool.Definition.Description!.ReplaceLineEndings(" ").Replace("|", "\\|")} |\n");
        return table.ToString();
    }

    private static string ToJson(CatalogTool[] tools) =>
        JsonSerializer.Serialize(tools.Select(tool => tool.Definition).ToList(), McpJsonUtilities.DefaultOptions) + "\n";
}
