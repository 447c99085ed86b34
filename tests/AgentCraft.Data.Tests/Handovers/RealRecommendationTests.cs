using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>What is recommended in a real repository, this one: not what exactly, but what a person would agree with.</summary>
public sealed class RealRecommendationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Since = 12;

    private readonly RealRepository _repository = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        output.WriteLine(_repository.IsOwnHistory ? "On a clone of this repository." : "On a repository built of this project's files: its own history is not here.");
        _stores = new(_repository.Root, new Settings(), TimeProvider.System);
        foreach (string agent in new[] { "alice", "bob" })
            await _stores.Agents.Register(new() { Name = AgentName.Parse(agent) });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _repository.Dispose();
    }

    [Fact]
    public async Task Without_a_hand_over_it_begins_with_the_introduction_and_what_changes_most_these_days()
    {
        Recommendations found = await Recommend();
        Check(found);
        Assert.Contains(found.FilesToRead, file => file.What == "README.md" && file.Reason.Contains("there is no hand-over", StringComparison.Ordinal));
        HashSet<string> recent = [.. _repository.Lines("log", "--no-merges", "--no-renames", "--name-only", "--format=", "--max-count=50")];
        Recommendation[] lately = [.. found.FilesToRead.Where(file => file.Reason.Contains("of the last", StringComparison.Ordinal))];
        Assert.NotEmpty(lately);
        Assert.All(lately, file => Assert.Contains(file.What, recent));
        Assert.Contains(found.Notes, note => note.What == "No hand-over has been published");
    }

    [Fact]
    public async Task After_a_hand_over_what_it_cites_and_what_changed_since_come_first_each_with_its_tests()
    {
        _repository.Run("checkout", "-q", $"HEAD~{Since}");
        string before = _repository.Run("rev-parse", "HEAD");
        _repository.Run("checkout", "-q", "-");
        string[] committed = [.. _repository.Lines("diff", "--name-only", "--no-renames", before, "HEAD").Where(_repository.Tracked.Contains)];
        Assert.NotEmpty(committed);
        (string source, string tests) = _repository.Pairs().First(pair => !committed.Contains(pair.Source) && !committed.Contains(pair.Tests));
        string untouched = _repository.Tracked.First(path => path.EndsWith(".cs", StringComparison.Ordinal) && !committed.Contains(path) && path != source && path != tests);
        string changed = _repository.Lines("diff", "--name-only", "--no-renames", "--diff-filter=M", before, "HEAD").First(path => path.EndsWith(".cs", StringComparison.Ordinal));
        string commits = _repository.Run("rev-list", "--count", $"{before}..HEAD");

        _repository.Run("checkout", "-q", before);
        CreatedHandover handover = await _stores.Handovers.Create(new()
        {
            Author = "alice",
            Publish = true,
            Sections = new Dictionary<string, string>
            {
                ["Goal"] = "Ship the next slice of it.",
                ["Current state"] = $"All is in `{changed}`, `{untouched}`, [here]({source}) and `src/NoSuchFile.cs`.",
                ["Next steps"] = "- [ ] Read the code\n- [x] Write it\n- [ ] Test it",
            },
        }, null);
        Assert.Equal(HandoverStatus.Published, handover.Status);
        _repository.Run("checkout", "-q", "-");
        _repository.Append(source, "// TODO finish\n");

        Recommendations found = await Recommend(5000);
        Check(found);
        Assert.Equal(handover.Id, found.Handover);
        // What is cited and has changed is surer than what is only cited, and that than a neighbour of a change.
        double[] order = [Of(found, source).Confidence, Of(found, untouched).Confidence, Of(found, tests).Confidence];
        Assert.Equal(order.OrderDescending(), order);
        Assert.True(Of(found, changed).Confidence > Of(found, untouched).Confidence);
        Assert.Contains($"cited in {handover.Id}", Of(found, untouched).Reason, StringComparison.Ordinal);
        Assert.Contains("modified, not committed", Of(found, source).Reason, StringComparison.Ordinal);
        Assert.Contains("has 1 TODO", Of(found, source).Reason, StringComparison.Ordinal);
        Assert.Contains($"tests {source}, which changed", Of(found, tests).Reason.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(found.FilesToRead, file => file.What.EndsWith("NoSuchFile.cs", StringComparison.Ordinal));
        foreach (Recommendation file in found.FilesToRead.Where(file => file.Reason.Contains("changed by commits since the hand-over", StringComparison.Ordinal)))
            Assert.Contains(file.What, committed);
        // Not every file is worth reading: what neither changed nor is named nor stands beside such a file is left out.
        HashSet<string> worth = [source, untouched, changed, .. committed, .. _repository.Lines("log", "--no-merges", "--no-renames", "--name-only", "--format=", "--max-count=50")];
        Assert.All(found.FilesToRead, file => Assert.True(worth.Contains(file.What) || file.Reason.StartsWith("tests ", StringComparison.Ordinal)
            || file.Reason.StartsWith("says how ", StringComparison.Ordinal), $"{file.What}: {file.Reason}"));
        Assert.Contains(_repository.Tracked, path => found.FilesToRead.All(file => file.What != path));

        Assert.Equal(["Read the code", "Test it"], found.Priorities.Where(one => one.Reason.StartsWith("open in", StringComparison.Ordinal)).Select(one => one.What));
        Assert.Contains(found.Notes, note => note.What.Contains($"{commits} commits", StringComparison.Ordinal));
        Assert.Contains(found.Notes, note => note.What.Contains("cites", StringComparison.Ordinal) && note.What.Contains(Path.GetFileName(source), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_state_gives_the_same_answer_to_whoever_asks_and_a_limit_only_cuts_it()
    {
        (string source, _) = _repository.Pairs().First();
        _repository.Append(source, "// FIXME\n");
        _repository.Run("mv", _repository.Pairs().Last().Source, "moved.cs");
        Recommendations first = await Recommend(100), second = await Recommend(100), other = await Recommend(100, "alice"), cut = await Recommend(5);
        Check(first);
        foreach (Recommendations again in new[] { second, other })
            Assert.Equal((first.FilesToRead, first.Priorities, first.Notes), (again.FilesToRead, again.Priorities, again.Notes), SameLists);
        Assert.Equal(first.FilesToRead.Take(5), cut.FilesToRead);
        await using Stores later = new(_repository.Root, new Settings(), TimeProvider.System);
        Assert.Equal(first.FilesToRead, (await later.Recommendations.Recommend("bob", new(null, null, 100), null)).FilesToRead);
    }

    private static bool SameLists(
        (IReadOnlyList<Recommendation>, IReadOnlyList<Recommendation>, IReadOnlyList<Recommendation>) a, (IReadOnlyList<Recommendation>, IReadOnlyList<Recommendation>, IReadOnlyList<Recommendation>) b) =>
        a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3);

    private static Recommendation Of(Recommendations found, string path) => found.FilesToRead.Single(file => file.What == path);

    /// <summary>What holds of every answer.</summary>
    private void Check(Recommendations found)
    {
        foreach (IReadOnlyList<Recommendation> list in new[] { found.FilesToRead, found.Priorities, found.Notes })
        {
            Assert.All(list, one => Assert.InRange(one.Confidence, 0.01, 1));
            Assert.All(list, one => Assert.False(string.IsNullOrWhiteSpace(one.Reason)));
            Assert.Equal(list.Select(one => one.What).Distinct(), list.Select(one => one.What));
            Assert.Equal(list.OrderByDescending(one => one.Confidence).ThenBy(one => one.What, StringComparer.Ordinal), list);
        }
        Assert.All(found.FilesToRead, file => Assert.True(File.Exists(Path.Combine(_repository.Root, file.What)), file.What));
        Assert.DoesNotContain(found.FilesToRead, file => file.What.StartsWith(".git/", StringComparison.Ordinal) || file.What.EndsWith(".db", StringComparison.Ordinal));
        foreach (Recommendation file in found.FilesToRead)
            output.WriteLine($"{file.Confidence:0.00} {file.What}: {file.Reason}");
    }

    private Task<Recommendations> Recommend(int limit = 20, string agent = "bob") => _stores.Recommendations.Recommend(agent, new(null, null, limit), null);
}
