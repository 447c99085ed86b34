using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class RecommendationTests
{
    [Fact]
    public void Reasons_add_up_and_the_surest_comes_first()
    {
        Weighing weighing = new();
        weighing.Add("b", "one", 0.5);
        weighing.Add("a", "one", 0.5);
        weighing.Add("c", "weak", 0.1);
        weighing.Add("c", "strong", 0.6);
        weighing.Add("c", "strong", 0.6);
        Assert.Equal([("c", "strong; weak", 0.64), ("a", "one", 0.5), ("b", "one", 0.5)], weighing.Best(9).Select(one => (one.What, one.Reason, one.Confidence)));
        Assert.Single(weighing.Best(1));
    }

    [Fact]
    public async Task In_this_repository_a_change_recommends_its_tests_and_its_project_file()
    {
        const string Changed = "src/AgentCraft.Data/Handovers/HandoverTemplate.cs";
        (GitRepository? repository, string reason) = await GitRepository.Open(ServerExecutable.RepositoryRoot);
        Assert.True(repository is not null, reason);
        GitView view = new() { Status = new("main", "abc", 0, [new(Changed, "modified")], IsCut: false), Todos = [new(Changed, 7, "TODO")] };
        Weighing weighing = new();
        new FilesToRead(weighing, await repository.Tracked()).AddChanged(view, moves: null);
        Assert.Equal(
            [
                (Changed, "modified, not committed; has 1 TODO or FIXME, the first in line 7", 0.52),
                ("tests/AgentCraft.Data.Tests/Handovers/HandoverTemplateTests.cs", $"tests {Changed}, which changed", 0.3),
                ("src/AgentCraft.Data/AgentCraft.Data.csproj", $"says how {Changed} is built, which changed", 0.15),
            ],
            weighing.Best(9).Select(one => (one.What, one.Reason, one.Confidence)));
    }

    [Theory]
    [InlineData("src/parser.ts", "src/parser.spec.ts", "src/parsers.ts")]
    [InlineData("pkg/parser.go", "pkg/parser_test.go", "pkg/parse.go")]
    [InlineData("app/parser.py", "tests/test_parser.py", "tests/parser_data.py")]
    [InlineData("src/Parser.cs", "test/ParserTests.cs", "test/ParserTestData.cs")]
    public void Tests_are_known_by_their_names(string changed, string test, string other)
    {
        Weighing weighing = new();
        new FilesToRead(weighing, [changed, test, other]).AddChanged(new() { Status = new("main", null, 0, [new(changed, "modified")], IsCut: false) }, moves: null);
        Assert.Equal([changed, test], weighing.Best(9).Select(one => one.What));
    }

    [Fact]
    public async Task What_is_recommended_is_kept_with_its_kind_and_is_the_same_each_time()
    {
        using TemporaryProject project = new();
        await using Stores stores = new(project.Root, new Settings(), TimeProvider.System);
        await stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
        Recommendations first = await stores.Recommendations.Recommend("alice", new(Session: null, Handover: null, Limit: 20), idempotencyKey: null);
        Recommendations second = await stores.Recommendations.Recommend("alice", new(Session: null, Handover: null, Limit: 20), idempotencyKey: null);
        Assert.Equal(first.Notes, second.Notes);
        Assert.All(first.Notes, note => Assert.InRange(note.Confidence, 0, 1));
        List<string> kept = await stores.Databases.Agent("session-handover", HandoverSettings.AgentType).Read(c => c.Query<string>("SELECT recommendation_type FROM session_recommendations"));
        Assert.Equal(first.Notes.Count * 2, kept.Count(type => type == "notes"));
    }
}
