using System.Text.Encodings.Web;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>What <c>tools/list</c> says: one approved file a tool.</summary>
public abstract class DefinitionContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Definitions_are_as_approved()
    {
        IReadOnlyDictionary<string, JsonElement> tools = await Server.Tools();
        foreach ((string name, JsonElement definition) in tools)
            Approved.Match(JsonSerializer.Serialize(definition, Pretty), name, "tools");
        string folder = Path.Combine(ServerExecutable.RepositoryRoot, "tests", "AgentCraft.Server.Tests", "Contract", "tools");
        Assert.Equal(tools.Keys.Order(), Directory.EnumerateFiles(folder, "*.verified.txt").Select(file => Path.GetFileName(file)[..^".verified.txt".Length]).Order());
    }

    [Fact]
    public async Task The_list_has_no_further_page_and_is_the_same_each_time()
    {
        JsonElement first = await Server.Request("tools/list");
        Assert.False(first.TryGetProperty("nextCursor", out _));
        Assert.Equal(first.GetRawText(), (await Server.Request("tools/list")).GetRawText());
    }
}
