using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>What the guides say is so: every command in them is run, every call of a tool is made.</summary>
public sealed class GuideTests
{
    private static readonly string[] Names = ["two-agents.md", "hand-over.md", "team-server.md", "operator.md"];

    public static TheoryData<string> Guides => [.. Names];

    [RequiresTheory(Need.Unix, "the guides are written for a Unix shell")]
    [MemberData(nameof(Guides))]
    public Task Every_command_and_call_of_a_guide_does_what_it_says(string name) => GuideRun.Of(Guide.Read(name), withPostgres: false);

    [OnPostgres]
    [Fact]
    public Task What_a_guide_says_of_PostgreSQL_is_so() => GuideRun.Of(Guide.Read("team-server.md"), withPostgres: true);

    [Fact]
    public void Only_the_guide_to_a_team_server_needs_PostgreSQL()
    {
        Assert.Equal(["team-server.md"], Names.Where(name => Guide.Read(name).Blocks.Any(block => block.NeedsPostgres)));
        Assert.All(Names, name => Assert.True(Guide.Read(name).Blocks.Count(block => !block.NeedsPostgres) > 3));
    }

    [Fact]
    public void The_README_names_every_guide()
    {
        string readme = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "README.md"));
        Assert.All(Names, name => Assert.Contains($"(docs/{name})", readme, StringComparison.Ordinal));
    }

    [RequiresTheory(Need.Unix, "the guides are written for a Unix shell")]
    [InlineData("```text\nhello\n```", "cannot be run")]
    [InlineData("~~~sh\ntrue\n~~~", "cannot be run")]
    [InlineData("```\ntrue\n```", "cannot be run")]
    [InlineData("```sh\ntrue", "does not end")]
    [InlineData("```sh\nagentcraft nonsense\n```", "exit code 2")]
    [InlineData("```console\nno command\n```", "begins with '$ '")]
    [InlineData("```console\n$ echo one; echo two\ntwo\none\n```", "is to print 'one'")]
    [InlineData("```console\n$ echo one\n…two…\n```", "is to print")]
    [InlineData("```json\n{\"name\": \"no_such_tool\", \"arguments\": {}}\n```", "no_such_tool")]
    [InlineData("```json\n{\"name\": \"list_agents\", \"arguments\": {}}\n{\"agents\": [{\"name\": \"nobody\"}]}\n```", "the page has")]
    [InlineData("```json\n{\"agents\": []}\n```", "no call before")]
    public async Task A_guide_that_says_what_is_not_so_fails(string text, string message)
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => GuideRun.Of(Guide.Parse("page.md", text), withPostgres: false));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
