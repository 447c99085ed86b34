using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>A name that nobody has is an error in every tool that takes one, never an empty answer or a new thing.</summary>
public sealed class UnknownNameTests(PreparedServer prepared) : IClassFixture<PreparedServer>
{
    private static readonly string[] Agents = ["agent", "from", "to", "agentA", "agentB", "assignee", "createdBy", "grantedTo", "holder", "mainAgent"];
    private static readonly string[] Things = ["session", "task", "project", "parent", "dependsOn", "responseTo", "threadId", "document", "process", "tool"];

    /// <summary>Where a name that nobody has is how something new is named.</summary>
    private static readonly string[] New = ["start_session.agent", "start_session.project"];

    public static TheoryData<string, string> AgentNames => Find((tool, argument) =>
        Agents.Contains(argument) || (argument == "name" && CatalogTests.ToolsetOf(tool) == "agents"));

    public static TheoryData<string, string> OtherNames => Find((_, argument) => Things.Contains(argument));

    [Theory]
    [MemberData(nameof(AgentNames))]
    public async Task An_unknown_agent_is_told_with_the_nearest(string tool, string argument)
    {
        string store = StoreDump.Of(prepared.Root);
        ToolAnswer refused = await Call(tool, argument, "alcie");
        Assert.True(refused.ErrorCode == "not_found", $"{tool} with {argument} = alcie answered {refused.Text}");
        Assert.Contains("'alice'", refused.Hint, StringComparison.Ordinal);
        Assert.Equal("not_found", (await Call(tool, argument, "zzzzzzzzzzzz")).ErrorCode);
        Assert.Equal("not_found", (await Call(tool, argument, "agent_alcie_1700000000000")).ErrorCode);
        Assert.Equal(store, StoreDump.Of(prepared.Root));
    }

    [Theory]
    [MemberData(nameof(OtherNames))]
    public async Task Anything_else_that_is_unknown_is_told_so(string tool, string argument)
    {
        string store = StoreDump.Of(prepared.Root);
        foreach (string name in new[] { "zzzzzzzzzzzz", $"{argument}_1700000000000_aaaaaaaaa", prepared.Ids["message"] + "x" })
        {
            ToolAnswer refused = await Call(tool, argument, name);
            Assert.True(refused.ErrorCode == "not_found", $"{tool} with {argument} = {name} answered {refused.Text}");
            Assert.False(string.IsNullOrWhiteSpace(refused.Hint));
        }
        Assert.Equal(store, StoreDump.Of(prepared.Root));
    }

    private Task<ToolAnswer> Call(string tool, string argument, string name)
    {
        JsonObject arguments = JsonSerializer.SerializeToNode(SampleCalls.Arguments(tool, prepared.Ids))!.AsObject();
        string[] types = HostileValues.TypesOf(CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").GetProperty(argument));
        arguments[argument] = types.Contains("string") ? name : new JsonArray(name);
        if (tool == "get_conversation" && argument == "threadId")
            arguments.Remove("agentB");
        return prepared.Server.Call(tool, arguments);
    }

    private static TheoryData<string, string> Find(Func<string, string, bool> isOne)
    {
        TheoryData<string, string> found = [];
        foreach (string tool in CatalogTests.NamesOf(_ => true))
            foreach (JsonProperty argument in CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
                if (isOne(tool, argument.Name) && !New.Contains($"{tool}.{argument.Name}") && !argument.Value.TryGetProperty("enum", out _))
                    found.Add(tool, argument.Name);
        return found;
    }
}
