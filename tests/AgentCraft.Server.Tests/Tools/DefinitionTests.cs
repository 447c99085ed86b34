using System.Reflection;
using System.Runtime.CompilerServices;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>The definitions that the program keeps as text are those of its methods, and the program makes none of them again.</summary>
public sealed class DefinitionTests
{
    [Fact]
    public void What_is_kept_of_the_tools_is_what_their_methods_say()
    {
        string text = $"[\n{string.Join(",\n", Classes.SelectMany(ToolExport.Of).Select(definition => definition.Text))}\n]\n";
        string path = Source();
        if (Approved.MayAccept)
            File.WriteAllText(path, text);
        Assert.True(text == File.ReadAllText(path).ReplaceLineEndings("\n"),
            "Tools/definitions.json is not what the tools' methods say. AGENTCRAFT_ACCEPT=1 writes it anew; then build again.");
        Assert.Equal(Classes.SelectMany(ToolExport.Of).Select(definition => definition.Text), Classes.SelectMany(ToolDefinition.KeptOf).Select(definition => definition.Text));
    }

    [Fact]
    public void Every_class_with_tools_is_in_the_catalogue() =>
        Assert.Equal(Classes.SelectMany(ToolExport.Of).Select(definition => definition.Name).Order(StringComparer.Ordinal), CatalogTests.NamesOf(_ => true).Order(StringComparer.Ordinal));

    private static IEnumerable<Type> Classes => typeof(ToolCatalog).Assembly.GetTypes()
        .Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(McpServerToolAttribute)))).OrderBy(type => type.Name, StringComparer.Ordinal);

    private static string Source([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../src/AgentCraft.Server/Tools/definitions.json"));
}
