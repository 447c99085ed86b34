using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Outputs;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Outputs;

[OnEveryEngine]
public sealed class OutputSearchTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = Open();
        foreach (string name in new[] { "alice", "bob", "carol" })
            await _stores.Agents.Register(new() { Name = AgentName.Parse(name) });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task The_index_catches_up_by_itself_once_nothing_is_written()
    {
        await Record("alice", "a.md", "one");
        await Record("bob", "b.md", "two");
        await Eventually.Become(() => _stores.Databases.Central.Read(c => c.First<long>(
            "SELECT count(*) FROM search_progress WHERE noun = 'outputs' AND indexed_seq = (SELECT max(seq) FROM outputs)", new { }) == 1), TimeSpan.FromSeconds(30), "the index of outputs");
    }

    [Fact]
    public async Task The_newest_versions_are_found_by_their_words_and_the_others_when_asked_for()
    {
        await Record("alice", "src/a.ts", "let needle = 1;");
        await Record("bob", "src/b.ts", "the NEEDLE is here");
        await Record("bob", "src/a.ts", "nothing any more");
        OutputHit hit = Assert.Single((await Find("needle")).Outputs);
        Assert.Equal(("src/b.ts", "bob", "NEEDLE"), (hit.Output.Path, hit.Output.Agent, hit.Excerpt.Substring(hit.Matches[0].Start, hit.Matches[0].Length)));
        OutputHitPage all = await Find("needle", new(), allVersions: true);
        Assert.Equal(("src/b.ts src/a.ts", 2L), (string.Join(' ', all.Outputs.Select(found => found.Output.Path)), all.Total));
        Assert.Single((await Find("needle", new() { Agent = "alice" }, allVersions: true)).Outputs);
        Assert.Empty((await Find("needle", new() { Path = "docs/" }, allVersions: true)).Outputs);
        Assert.Empty((await Find("needle", new() { Type = OutputType.Log }, allVersions: true)).Outputs);
    }

    [Fact]
    public async Task Bytes_are_not_searched_and_what_is_deleted_is_not_found()
    {
        await Record("alice", "a.bin", Convert.ToBase64String([0, .. "needle"u8]), ContentEncoding.Base64);
        await Record("alice", "a.txt", "needle");
        Assert.Equal("a.txt", Assert.Single((await Find("needle")).Outputs).Output.Path);
        await _stores.Databases.Central.Write(c => c.Execute("DELETE FROM outputs"));
        Assert.Equal((0, 0L), ((await Find("needle")).Outputs.Count, (await Find("needle")).Total));
        await Record("alice", "a.txt", "needle again");
        Assert.Single((await Find("needle")).Outputs);
    }

    [Fact]
    public async Task A_content_that_is_gone_stands_in_nobody_s_way()
    {
        await Record("alice", "a.txt", "needle");
        await _stores.Databases.Agent("alice", "default").Write(c => c.Execute("DELETE FROM output_contents"));
        await Record("alice", "b.txt", "another needle");
        Assert.Equal("b.txt", Assert.Single((await Find("needle")).Outputs).Output.Path);
        await _stores.Databases.Agent("alice", "default").Write(c => c.Execute("DELETE FROM output_contents"));
        Assert.Equal("", Assert.Single((await Find("needle")).Outputs).Excerpt);
    }

    [OnSqlite("PostgreSQL has one schema for all agents.")]
    [Fact]
    public async Task A_question_opens_no_agent_s_file_but_those_that_hold_the_answer()
    {
        await Record("alice", "a.txt", "needle");
        await Record("bob", "b.txt", "hay");
        await Find("anything");
        await _stores.DisposeAsync();
        _stores = Open();
        // A file that is no database fails whoever opens it.
        File.WriteAllText(_project.AgentFile("bob"), "This is no database, and long enough to be told so by its first page. " + new string('x', 5000));
        Directory.CreateDirectory(Path.GetDirectoryName(_project.AgentFile("carol"))!);
        File.WriteAllText(_project.AgentFile("carol"), new string('x', 5000));
        Assert.Equal("needle", Assert.Single((await Find("needle")).Outputs).Excerpt);
        Assert.Equal(2, (await _stores.OutputLists.ListPaths(new(), 20, null)).Total);
        Assert.Equal(2, (await _stores.OutputLists.List(new(), new())).Total);
        await Assert.ThrowsAsync<AgentCraftException>(() => Find("hay"));
    }

    private Stores Open() => new(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);

    private Task<RecordedOutput> Record(string agent, string path, string content, ContentEncoding encoding = ContentEncoding.Text) =>
        _stores.Outputs.Record(new() { Agent = agent, Path = path, Content = content, Encoding = encoding }, null);

    private Task<OutputHitPage> Find(string query, OutputFilter? filter = null, bool allVersions = false) =>
        _stores.OutputSearch.Find(query, filter ?? new(), allVersions, new());
}
