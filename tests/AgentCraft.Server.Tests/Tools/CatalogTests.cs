using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>Walks the catalogue: what every tool must say of itself.</summary>
public sealed class CatalogTests(ITestOutputHelper output)
{
    private const int MostWords = 60;
    private const int MostCoreTokens = 2500;
    private const int MostTokens = 12_000;

    private static readonly ToolCatalog Catalog = new(new Lazy<Stores>(() => throw new InvalidOperationException("No store is needed.")));

    public static TheoryData<string> Names => [.. Catalog.All.Select(tool => tool.Name)];

    /// <summary>The names of some tools, in the order in which they are listed.</summary>
    internal static string[] NamesOf(Func<CatalogTool, bool> which) => [.. Catalog.All.Where(which).Select(tool => tool.Name)];

    internal static string ToolsetOf(string name) => Catalog.Find(name)!.Toolset;

    /// <summary>What <c>tools/list</c> says of a tool.</summary>
    internal static JsonElement Definition(string name) => JsonSerializer.SerializeToElement(Catalog.Find(name)!.Definition, McpJsonUtilities.DefaultOptions);

    [Fact]
    public void The_core_has_the_twelve_tools() => Assert.Equal(
        ["acknowledge_messages", "create_handover", "end_session", "get_conversation", "get_handover", "list_agents", "log_message",
            "read_inbox", "record_metric", "register_agent", "start_session", "wait_for_messages"],
        Catalog.All.Where(tool => tool.Toolset == "core").Select(tool => tool.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tool_says_everything_of_itself(string name)
    {
        CatalogTool tool = Catalog.Find(name)!;
        Tool definition = tool.Definition;
        Assert.Matches("^[a-z]+(_[a-z]+)*$", name);
        Assert.False(string.IsNullOrWhiteSpace(definition.Title));
        Assert.InRange(definition.Description!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 5, MostWords);
        ToolAnnotations annotations = definition.Annotations!;
        Assert.NotNull(annotations.ReadOnlyHint);
        Assert.NotNull(annotations.DestructiveHint);
        Assert.NotNull(annotations.IdempotentHint);
        Assert.False(annotations.OpenWorldHint);
        Assert.False(annotations.ReadOnlyHint.Value && annotations.DestructiveHint.Value, "What only reads destroys nothing.");
        Assert.Equal("object", definition.OutputSchema!.Value.GetProperty("type").GetString());
        Assert.True(definition.OutputSchema.Value.GetProperty("properties").TryGetProperty("unreadHint", out _));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_argument_has_a_type_and_one_clause_of_description(string name)
    {
        JsonElement schema = Catalog.Find(name)!.Definition.InputSchema;
        Assert.Equal("object", schema.GetProperty("type").GetString());
        foreach (JsonProperty argument in schema.GetProperty("properties").EnumerateObject())
        {
            Assert.Matches("^[a-z][A-Za-z]*$", argument.Name);
            Assert.True(argument.Value.TryGetProperty("type", out _), $"{name}.{argument.Name} has no type.");
            string description = argument.Value.GetProperty("description").GetString()!;
            Assert.False(string.IsNullOrWhiteSpace(description));
            Assert.DoesNotContain("\n", description, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tool_is_in_a_toolset_that_there_is(string name) => Assert.Contains(Catalog.Find(name)!.Toolset, ToolsetAttribute.All);

    [Fact]
    public void The_list_costs_no_more_than_its_budget()
    {
        foreach (IGrouping<string, CatalogTool> toolset in Catalog.All.GroupBy(tool => tool.Toolset))
            output.WriteLine($"{toolset.Key}: {toolset.Count()} tools, {toolset.Sum(Bytes) / 4} tokens");
        int core = Catalog.All.Where(tool => tool.Toolset == "core").Sum(Bytes) / 4, all = Catalog.All.Sum(Bytes) / 4;
        output.WriteLine($"core: {core} tokens of {MostCoreTokens}; all: {all} of {MostTokens} (bytes / 4 of name, description and input schema).");
        Assert.InRange(core, 1, MostCoreTokens);
        Assert.InRange(all, core, MostTokens);
        Assert.InRange(Catalog.All.Sum(ToolsCommand.Tokens), all, all + Catalog.All.Count);
    }

    private static int Bytes(CatalogTool tool) => Encoding.UTF8.GetByteCount(tool.Name)
        + Encoding.UTF8.GetByteCount(tool.Definition.Description!) + Encoding.UTF8.GetByteCount(tool.Definition.InputSchema.GetRawText());
}
