using System.Text;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Outputs;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Outputs;

[OnEveryEngine]
public sealed class OutputStoreTests : IAsyncLifetime
{
    private const int Limit = 1000;

    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Store = _project.Store ?? "", Outputs = new() { MaxContentBytes = Limit } }, TimeProvider.System);
        foreach (string name in new[] { "alice", "bob" })
            await _stores.Agents.Register(new() { Name = AgentName.Parse(name) });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Equal_contents_of_an_agent_are_kept_once_and_each_call_is_a_version()
    {
        RecordedOutput first = await Record("alice", "a.txt", "same"), second = await Record("alice", "a.txt", "same"), elsewhere = await Record("alice", "b.txt", "same");
        Assert.Equal((1, 2, 1), (first.Output.Version, second.Output.Version, elsewhere.Output.Version));
        Assert.Equal((true, false, true), (first.Changed, second.Changed, elsewhere.Changed));
        Assert.Equal((null, first.Output.Id, null), (first.Output.Previous, second.Output.Previous, elsewhere.Output.Previous));
        Assert.Equal(1, await CountContents("alice"));
    }

    [Fact]
    public async Task Versions_of_a_path_go_on_whoever_records_them()
    {
        await Record("alice", "a.txt", "one\n");
        RecordedOutput second = await Record("bob", "a.txt", "two\n");
        Assert.Equal(2, second.Output.Version);
        OutputPart diff = await _stores.OutputReading.Get(new() { Path = "a.txt", Diff = true });
        Assert.Equal("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n", diff.Content);
        Assert.Equal((1, 1, true), (diff.Diff!.Added, diff.Diff.Removed, diff.Diff.IsShortest));
        Assert.Equal("one\n", (await _stores.OutputReading.Get(new() { Path = "a.txt", Version = 1 })).Content);
        OutputPathRow newest = Assert.Single((await _stores.OutputLists.ListPaths(new(), 20, null)).Paths);
        Assert.Equal((second.Output.Id, "bob", 2L), (newest.Id, newest.Agent, newest.Versions));
    }

    [Fact]
    public async Task No_number_is_given_twice_and_the_newest_of_the_rest_is_the_newest()
    {
        for (int i = 1; i <= 3; i++)
            await Record("alice", "a.txt", $"{i}");
        await _stores.Databases.Central.Write(c => c.Execute("DELETE FROM outputs WHERE version = 3"));
        Assert.Equal(2, Assert.Single((await _stores.OutputLists.ListPaths(new(), 20, null)).Paths).Version);
        Assert.Equal("2", (await _stores.OutputReading.Get(new() { Path = "a.txt" })).Content);
        RecordedOutput next = await Record("alice", "a.txt", "4");
        Assert.Equal(4, next.Output.Version);
        await _stores.Databases.Central.Write(c => c.Execute("DELETE FROM outputs"));
        Assert.Empty((await _stores.OutputLists.ListPaths(new(), 20, null)).Paths);
    }

    [Fact]
    public async Task Bytes_come_back_as_they_were_and_text_as_text_however_it_was_sent()
    {
        byte[] bytes = [0x89, (byte)'P', (byte)'N', (byte)'G', 0, 255];
        RecordedOutput binary = await Record("alice", "p.png", Convert.ToBase64String(bytes), ContentEncoding.Base64);
        Assert.Equal((false, bytes.Length), (binary.Output.IsText, (int)binary.Output.Size));
        Assert.Equal(bytes, Convert.FromBase64String((await _stores.OutputReading.Get(new() { Id = binary.Output.Id })).Content));
        Assert.Equal(ErrorCodes.InvalidArgument, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.OutputReading.Get(new() { Id = binary.Output.Id, Diff = true }))).Code);

        RecordedOutput text = await Record("alice", "t", Convert.ToBase64String(Encoding.UTF8.GetBytes("é🎉\r\n")), ContentEncoding.Base64);
        Assert.Equal("é🎉\r\n", (await _stores.OutputReading.Get(new() { Id = text.Output.Id })).Content);
        Assert.Equal(text.Output.Checksum, (await Record("alice", "t", "é🎉\r\n")).Output.Checksum);
    }

    [Theory]
    [InlineData(ContentEncoding.Text)]
    [InlineData(ContentEncoding.Base64)]
    public async Task Content_over_the_limit_is_refused_and_at_the_limit_kept(ContentEncoding encoding)
    {
        string Content(int bytes) => encoding == ContentEncoding.Text ? new string('x', bytes) : Convert.ToBase64String(new byte[bytes]);
        Assert.Equal(Limit, (await Record("alice", "a", Content(Limit), encoding)).Output.Size);
        Assert.Equal(ErrorCodes.PayloadTooLarge, (await Assert.ThrowsAsync<AgentCraftException>(() => Record("alice", "a", Content(Limit + 1), encoding))).Code);
        Assert.Equal(1, await CountContents("alice"));
    }

    [Fact]
    public async Task What_is_no_base64_is_refused() => Assert.Equal(ErrorCodes.InvalidArgument,
        (await Assert.ThrowsAsync<AgentCraftException>(() => Record("alice", "a", "no base64!", ContentEncoding.Base64))).Code);

    [Fact]
    public async Task A_file_of_the_project_is_read_and_its_repeated_call_does_not_look_again()
    {
        Write("src/a.txt", "from the file");
        RecordedOutput first = await RecordFile("alice", "src/a.txt", "key");
        Assert.Equal("from the file", (await _stores.OutputReading.Get(new() { Id = first.Output.Id })).Content);
        File.Delete(_project.PathOf("src", "a.txt"));
        RecordedOutput again = await RecordFile("alice", "src/a.txt", "key");
        Assert.Equal((first.Output.Id, true), (again.Output.Id, again.Replayed));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => RecordFile("alice", "src/a.txt"))).Code);
        Assert.Equal(ErrorCodes.IdempotencyConflict, (await Assert.ThrowsAsync<AgentCraftException>(() => RecordFile("alice", "src/b.txt", "key"))).Code);
    }

    [Fact]
    public async Task No_file_is_read_outside_the_project_through_a_link_or_from_the_store()
    {
        Write("real/a.txt", "x");
        string outside = Directory.CreateTempSubdirectory("ac-outside-").FullName;
        File.WriteAllText(Path.Combine(outside, "secret"), "secret");
        Directory.CreateSymbolicLink(_project.PathOf("linked"), outside);
        File.CreateSymbolicLink(_project.PathOf("link.txt"), _project.PathOf("real", "a.txt"));
        foreach (string path in new[] { "linked/secret", "link.txt", ".agentcraft/session.db", ".agents/alice/data/agent.db", ".AGENTCRAFT/config.json" })
            Assert.Equal(ErrorCodes.NotAllowed, (await Assert.ThrowsAsync<AgentCraftException>(() => RecordFile("alice", path))).Code);
        foreach (string path in new[] { "../secret", "/etc/passwd", "real/../../x" })
            Assert.Equal(ErrorCodes.InvalidArgument, (await Assert.ThrowsAsync<AgentCraftException>(() => RecordFile("alice", path))).Code);
        foreach (string path in new[] { "real", "none.txt", "real/a.txt/b" })
            Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => RecordFile("alice", path))).Code);
        Write("large.bin", new string('x', Limit + 1));
        Assert.Equal(ErrorCodes.PayloadTooLarge, (await Assert.ThrowsAsync<AgentCraftException>(() => RecordFile("alice", "large.bin"))).Code);
        Assert.Empty((await _stores.OutputLists.List(new(), new())).Outputs);
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task Outputs_are_listed_by_every_filter_and_page_by_page()
    {
        for (int i = 0; i < 6; i++)
            await Record(i % 2 == 0 ? "alice" : "bob", i < 3 ? $"src/{i}" : "srcs/x", $"{i}");
        async Task<string> Paths(OutputFilter filter) => string.Join(' ', (await _stores.OutputLists.List(filter, new() { Order = Data.Messages.ListOrder.Asc })).Outputs.Select(o => $"{o.Path}@{o.Version}"));
        Assert.Equal("src/0@1 src/1@1 src/2@1", await Paths(new() { Path = "src/" }));
        Assert.Equal("srcs/x@1 srcs/x@2 srcs/x@3", await Paths(new() { Path = "srcs/x" }));
        Assert.Equal("src/0@1 src/2@1 srcs/x@2", await Paths(new() { Agent = "alice" }));
        Assert.Equal("", await Paths(new() { Type = OutputType.Log }));
        Assert.Equal("", await Paths(new() { Range = TimeRange.Parse(null, "2020-01-01") }));
        Assert.Equal("src/1@1", await Paths(new() { Agent = "bob", Path = "src/", Range = TimeRange.Parse("2020-01-01", null) }));

        OutputPage first = await _stores.OutputLists.List(new(), new() { Limit = 4 });
        await Record("alice", "new", "new");
        OutputPage rest = await _stores.OutputLists.List(new(), new() { Limit = 4, Cursor = first.Cursor });
        Assert.Equal(6, first.Outputs.Concat(rest.Outputs).Select(o => o.Id).Distinct().Count());
        Assert.Equal((true, false, 7L), (first.HasMore, rest.HasMore, rest.Total));
        OutputPathPage paths = await _stores.OutputLists.ListPaths(new() { Path = "src/" }, 2, null);
        Assert.Equal(["src/0", "src/1"], paths.Paths.Select(p => p.Path));
        Assert.Equal(("src/2", 3L), (Assert.Single((await _stores.OutputLists.ListPaths(new() { Path = "src/" }, 2, paths.Cursor)).Paths).Path, paths.Total));
    }

    [Fact]
    public async Task Contents_that_are_gone_are_told_so()
    {
        RecordedOutput output = await Record("alice", "a", "x");
        await _stores.Databases.Agent("alice", "default").Write(c => c.Execute("DELETE FROM output_contents"));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.OutputReading.Get(new() { Id = output.Output.Id }))).Code);
    }

    [Fact]
    public async Task Purging_an_agent_keeps_what_its_project_refers_to()
    {
        RecordedOutput output = await Record("alice", "a", "x");
        await _stores.AgentLife.Remove("alice", null, purge: true);
        Assert.Equal("x", (await _stores.OutputReading.Get(new() { Id = output.Output.Id })).Content);
    }

    private Task<RecordedOutput> Record(string agent, string path, string content, ContentEncoding encoding = ContentEncoding.Text, string? key = null) =>
        _stores.Outputs.Record(new() { Agent = agent, Path = path, Content = content, Encoding = encoding }, key);

    private Task<RecordedOutput> RecordFile(string agent, string path, string? key = null) => _stores.Outputs.Record(new() { Agent = agent, Path = path }, key);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_project.PathOf(path))!);
        File.WriteAllText(_project.PathOf(path), content);
    }

    private Task<long> CountContents(string agent) => _stores.Databases.Agent(agent, "default").Read(c => c.First<long>("SELECT count(*) FROM output_contents"));
}
