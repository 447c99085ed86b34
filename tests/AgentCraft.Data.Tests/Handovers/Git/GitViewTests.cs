using AgentCraft.Data.Handovers.Git;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers.Git;

public sealed class GitViewTests
{
    private static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Without_a_repository_there_is_a_reason_and_no_error()
    {
        using Repository folder = new(init: false);
        Assert.Equal("there is no git repository here", (await GitView.Look(folder.Root, LongAgo)).Absence);
    }

    [Fact]
    public async Task A_broken_repository_is_a_reason_too()
    {
        using Repository empty = new(init: false), dangling = new(init: false);
        Directory.CreateDirectory(Path.Combine(empty.Root, ".git"));
        dangling.Write(".git", "gitdir: ../nowhere");
        foreach (Repository broken in new[] { empty, dangling })
            Assert.StartsWith("git refuses: fatal: not a git repository", (await GitView.Look(broken.Root, LongAgo)).Absence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_commit_there_is_a_branch_and_what_is_untracked()
    {
        using Repository repository = new();
        repository.Write("a.cs", "x");
        GitView view = await GitView.Look(repository.Root, LongAgo);
        Assert.Equal(("main", null, ""), (view.Status!.Branch, view.Status.Commit, view.Absence));
        Assert.Equal([new FileChange("a.cs", "untracked")], view.Status.Changes);
        Assert.Empty(view.Commits);
    }

    [Fact]
    public async Task Each_kind_of_change_is_told()
    {
        using Repository repository = new();
        repository.Write("deleted", "x").Write("modified", "x").Write("staged", "x").Write("renamed", "the same text in both places").Commit();
        File.Delete(Path.Combine(repository.Root, "deleted"));
        repository.Write("modified", "yy").Write("staged", "yy").Write("added", "x").Write("dir/untracked", "x");
        repository.Run("add", "staged", "added");
        repository.Run("mv", "renamed", "moved");
        GitView view = await GitView.Look(repository.Root, LongAgo);
        Assert.Equal(["added added", "deleted deleted", "dir/untracked untracked", "modified modified", "moved added", "renamed deleted", "staged modified"],
            view.Status!.Changes.Select(change => $"{change.Path} {change.Kind}"));
        Assert.Equal(repository.Run("rev-parse", "HEAD"), view.Status.Commit);
    }

    [Fact]
    public async Task Files_in_conflict_are_told()
    {
        using Repository repository = new();
        repository.Write("a", "1\n").Commit();
        repository.Run("switch", "-q", "-c", "other");
        repository.Write("a", "2\n").Commit();
        repository.Run("switch", "-q", "main");
        repository.Write("a", "3\n").Commit();
        Assert.ThrowsAny<Exception>(() => repository.Run("merge", "-q", "other"));
        Assert.Equal([new FileChange("a", "in conflict")], (await GitView.Look(repository.Root, LongAgo)).Status!.Changes);
    }

    [Fact]
    public async Task A_detached_head_has_no_branch()
    {
        using Repository repository = new();
        repository.Commit().Run("switch", "-q", "--detach");
        GitView view = await GitView.Look(repository.Root, LongAgo);
        Assert.Null(view.Status!.Branch);
        Assert.Contains($"detached at {view.Status.Commit![..10]}", GitFacts.Of(view).Single(fact => fact.Name == "branch").Fact.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commits_since_the_session_started_are_listed_the_newest_first_and_no_older()
    {
        using Repository repository = new();
        repository.Commit("first");
        repository.Run("commit", "-q", "--allow-empty", "--amend", "--no-edit", "--date=2001-01-01T00:00:00Z");
        foreach (string subject in new[] { "Second\n\nbody", "Third: ünï [code] {{x}}" })
            repository.Commit(subject);
        GitView view = await GitView.Look(repository.Root, DateTimeOffset.UtcNow.AddHours(-1));
        Assert.Equal(["Third: ünï [code] {{x}}", "Second", "first"], view.Commits.Select(commit => commit.Subject));
        Assert.Equal(("Ann", 40), (view.Commits[0].Author, view.Commits[0].Id.Length));
        Assert.Empty((await GitView.Look(repository.Root, DateTimeOffset.UtcNow.AddHours(1))).Commits);
        Assert.Contains("Third: ünï \\[code\\] \\{\\{x\\}\\} (Ann, ", GitFacts.Of(view).Single(fact => fact.Name == "commits").Fact.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shallow_clone_says_so()
    {
        using Repository repository = new();
        repository.Commit("one").Commit("two");
        string clone = repository.Beside("clone");
        repository.Run("clone", "-q", "--depth", "1", $"file://{repository.Root}", clone);
        GitView view = await GitView.Look(clone, LongAgo);
        Assert.True(view.IsShallow);
        Assert.Equal(["two"], view.Commits.Select(commit => commit.Subject));
    }

    [Fact]
    public async Task A_root_below_the_repository_sees_only_what_is_below_it()
    {
        using Repository repository = new();
        repository.Write("above", "x").Write("sub/inner", "x").Commit();
        repository.Write("above", "yy").Write("sub/inner", "yy // TODO\n").Write("sub/new", "x");
        GitView view = await GitView.Look(Path.Combine(repository.Root, "sub"), LongAgo);
        Assert.Equal(["inner", "new"], view.Status!.Changes.Select(change => change.Path));
        Assert.Equal(["inner"], view.Todos.Select(mark => mark.Path));
    }

    [Requires(Need.Unix, "it makes files with names that Windows refuses")]
    public async Task Odd_file_names_are_kept_apart_and_cannot_break_the_document()
    {
        using Repository repository = new();
        string[] names = ["-rf", "--output=x", "a\nb", "ünï 🎉", "tab\there", "`code`", "[Fill me in]", "{{branch}}", "# heading", "quote\"'", "\u202Egpj.exe"];
        foreach (string name in names)
            repository.Write(name, "FIXME here");
        GitView view = await GitView.Look(repository.Root, LongAgo);
        Assert.Equal(names.Order(StringComparer.Ordinal), view.Status!.Changes.Select(change => change.Path));
        Assert.Equal(names.Length, view.Todos.Count);
        string filled = string.Join('\n', GitFacts.Of(view).Select(fact => fact.Fact.Text));
        Assert.Empty(Data.Handovers.MarkdownOutline.Parse(filled).Placeholders);
        Assert.Empty(Data.Handovers.MarkdownOutline.Parse(filled).Sections);
        Assert.DoesNotContain('\u202E', filled);
        Assert.Contains("- a\uFFFDb (untracked)", filled, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_changed_files_are_counted_in_time()
    {
        using Repository repository = new();
        for (int i = 0; i < 10_000; i++)
            repository.Write($"d{i % 50}/f{i}.txt", "x");
        repository.Commit();
        for (int i = 0; i < 10_000; i++)
            File.WriteAllText(Path.Combine(repository.Root, $"d{i % 50}/f{i}.txt"), "changed // TODO");
        // Whatever does not come in time is left out, so that all is there says that it did.
        GitView view = await GitView.Look(repository.Root, LongAgo);
        Assert.Equal(10_000, view.Status!.Changes.Count);
        Assert.Equal("modified", view.Status.Changes.Select(change => change.Kind).Distinct().Single());
        Assert.Contains("and 9,950 more: 10,000 modified in all", GitFacts.Of(view).Single(fact => fact.Name == "dirty_files").Fact.Text, StringComparison.Ordinal);
        Assert.NotEmpty(view.Todos);
    }

    [Fact]
    public async Task What_moved_since_a_commit_is_told_and_an_unknown_commit_is_not_made_up()
    {
        using Repository repository = new();
        repository.Write("a", "1").Write("b", "1").Commit();
        string then = repository.Run("rev-parse", "HEAD");
        repository.Write("a", "2").Commit("a changed");
        GitRepository opened = (await GitRepository.Open(repository.Root)).Repository!;
        GitMoves moves = (await opened.MovesSince(then))!;
        Assert.Equal(["a changed"], moves.Commits.Select(commit => commit.Subject));
        Assert.Equal(["a"], moves.Files);
        foreach (string unknown in new[] { new string('0', 40), "--output=x", "HEAD", "", "deadbeef" })
            Assert.Null(await opened.MovesSince(unknown));
        Assert.Equal([true, false, false], await opened.Exists([then[..8], "deadbee1", "--all"]));
    }
}
