using System.Text;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Documents;
using AgentCraft.Data.History;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tasks;
using AgentCraft.Data.Transfer;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Transfer;

/// <summary>Import into a store that is used, and what is refused.</summary>
[OnEveryEngine]
public sealed class ImportTests : IAsyncDisposable
{
    private readonly TransferCase _case = new();

    public ValueTask DisposeAsync() => _case.DisposeAsync();

    [Fact]
    public async Task A_store_that_is_used_gets_the_rows_under_their_ids_beside_its_own_and_in_their_order()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        await Work(to, "xena", "yves", "a shark");
        Inbox own = await to.Inboxes.Read("yves", 20, null);
        ImportSummary summary = await to.Import.Run(await _case.Export(from), new());
        Assert.True(summary.Done);
        Assert.Equal((await from.Agents.Get("alice")).Id, (await to.Agents.Get("alice")).Id);
        Assert.Equal(await Ids(from, "alice", "bob"), await Ids(to, "alice", "bob"));
        Assert.Equal(own.Messages.Select(message => message.Id), (await to.Inboxes.Read("yves", 20, own.Cursor)).Messages.Concat(own.Messages).Select(message => message.Id));
        Assert.Equal((await to.Projects.Get(null)).Id, (await to.Agents.Get("xena")).Project is { } name ? (await to.Projects.Get(name)).Id : null);
    }

    [Fact]
    public async Task What_is_counted_and_searched_is_right_afterwards()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        await Work(to, "xena", "yves", "a shark");
        await to.Import.Run(await _case.Export(from), new());
        foreach (Stores stores in new[] { from, to })
        {
            Inbox inbox = await stores.Inboxes.Read("bob", 20, null);
            Assert.Equal((2, 3, 2), (inbox.Unread, inbox.Total, inbox.Messages.Count));
            Assert.Equal(3, (await stores.Messages.GetConversation(new() { AgentA = "bob", AgentB = "alice" })).Total);
            Assert.Single((await stores.MessageSearch.Find(new() { Query = "whale" }, new())).Messages);
            Assert.Single((await stores.DocumentSearch.Find("whale", new(), new())).Documents);
            Assert.Single((await stores.HistorySearch.Find(new() { Agent = "alice", Query = "whale" }, new())).Entries);
            HistorySummary sums = await stores.HistorySums.Get("alice", null, 20, null);
            Assert.Equal((2, 15), (sums.Entries, sums.Usage["input"]));
            KnownMetric metric = Assert.Single((await stores.MetricReports.List(new() { Agent = "alice" })).Metrics);
            Assert.Equal((2, 0.25), (metric.Count, metric.LastValue));
            Assert.Equal(2, (await stores.Documents.Get("plan-whale", null)).Version);
        }
        Assert.Equal(await Counts(from), await Counts(to));
    }

    [Fact]
    public async Task Conflicts_are_all_told_and_nothing_is_written()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        string file = await _case.Export(from);
        await Work(to, "alice", "yves", "a shark");
        string before = await Dump(to);
        ImportSummary refused = await to.Import.Run(file, new());
        Assert.False(refused.Done);
        Assert.Empty(refused.Imported);
        ImportConflict taken = Assert.Single(refused.Conflicts);
        Assert.Equal(("agents", "name_key 'alice' is taken by another"), (taken.Table, taken.Why));
        Assert.Contains("\"alice\"", File.ReadLines(file).ElementAt((int)taken.Line - 1), StringComparison.Ordinal);
        Assert.Equal(before, await Dump(to));
    }

    [Fact]
    public async Task The_same_id_with_another_content_is_a_conflict_that_names_the_column()
    {
        await using Stores from = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        string file = await _case.Export(from);
        await from.Databases.Central.Write(c => c.Execute("UPDATE messages SET content = 'other' WHERE seq = 1") + c.Execute("UPDATE agents SET instruction = 'other' WHERE seq = 1"));
        ImportSummary refused = await from.Import.Run(file, new());
        Assert.Equal([("agents", "instruction differs"), ("messages", "content differs")], refused.Conflicts.Select(conflict => (conflict.Table, conflict.Why)).Order());
        Assert.False(refused.Done);
    }

    [Fact]
    public async Task With_skip_the_store_s_own_stays_and_the_rest_comes()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        await Work(to, "alice", "yves", "a shark");
        string own = (await to.Agents.Get("alice")).Id;
        ImportSummary summary = await to.Import.Run(await _case.Export(from), new() { SkipConflicts = true });
        Assert.True(summary is { Done: true, Skipped: > 0 });
        Assert.Equal(own, (await to.Agents.Get("alice")).Id);
        Assert.Equal((await from.Agents.Get("bob")).Id, (await to.Agents.Get("bob")).Id);
        // Hers were messages of an agent who did not come.
        Assert.Equal(0, (await to.Inboxes.Read("bob", 20, null)).Total);
        Assert.Equal(3, (await to.Inboxes.Read("yves", 20, null)).Total);
    }

    [Fact]
    public async Task One_that_was_cut_off_is_finished_by_running_it_again()
    {
        await using Stores from = _case.Open(), whole = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        for (int i = 0; i < 10; i++)
            await from.Messages.Append(new() { From = "alice", To = [.. Enumerable.Repeat("bob", 1)], Content = new string('x', 300_000) }, null);
        await from.Databases.Central.Write(c => c.Execute("UPDATE agents SET parent_seq = (SELECT max(seq) FROM agents) WHERE name = 'alice'"));
        string file = await _case.Export(from);
        await whole.Import.Run(file, new());
        string[] expected = await Lines(whole);
        int cut = 1;
        for (; ; cut++)
        {
            await using Stores to = _case.Open();
            int steps = 0, limit = cut;
            Exception? killed = await Record.ExceptionAsync(() => to.Import.Run(file, new(), progress => Stop(progress, ref steps, limit)));
            if (killed is null)
                break;
            Assert.Equal("killed", killed.Message);
            ImportSummary again = await to.Import.Run(file, new());
            Assert.True(again is { Done: true, Resumed: true }, $"cut {cut}: {again}");
            // Under other numbers, perhaps: an insert that finds its row there may use one up.
            Assert.Equal(expected, await Lines(to));
            Assert.Equal(await Counts(whole), await Counts(to));
        }

        Assert.True(cut > 3, $"It took {cut - 1} steps only.");

        async Task<string[]> Lines(Stores stores) => File.ReadAllLines(await _case.Export(stores, name: "again.jsonl"))[1..^1];

        static void Stop(TransferProgress progress, ref int steps, int limit)
        {
            if (progress.Stage == "importing" && ++steps == limit)
                throw new InvalidOperationException("killed");
        }
    }

    [Fact]
    public async Task Hand_overs_come_to_who_keeps_them_here()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        await Work(to, "xena", "yves", "a shark");
        string theirs = await HandOver(from, "alice"), own = await HandOver(to, "xena");
        ImportSummary summary = await to.Import.Run(await _case.Export(from), new());
        Assert.True(summary.Done, string.Join("; ", summary.Conflicts));
        Assert.Equal([own, theirs], (await to.Handovers.List(new() { OldestFirst = true })).Handovers.Select(handover => handover.Id));
        Assert.Equal(own, (await to.Handovers.FindNewest(null))!.Id);
        Assert.Empty((await to.Import.Run(await _case.Export(from), new())).Imported);
    }

    [Fact]
    public async Task One_project_leaves_with_what_all_share_and_without_the_others()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        string own = (await from.Agents.Get("alice")).Project;
        await from.ProjectChanges.Create(new() { Name = "other" }, null);
        await from.Sessions.Start(new() { Agent = new NewAgent { Name = AgentName.Parse("olga") }, Project = "other" });
        await from.Messages.Append(new() { From = "olga", To = ["olga"], Content = "to myself" }, null);
        await from.Messages.Append(new() { From = "olga", To = ["bob"], Content = "across" }, null);
        await HandOver(from, "alice");
        using MemoryStream file = new();
        ExportSummary summary = await from.Export.Write(file, "other");
        Assert.Equal(["other"], summary.Projects);
        Assert.Equal((1, 1, 1), (summary.Counts["agents"], summary.Counts["messages"], summary.Counts["documents"]));
        Assert.DoesNotContain("agent.handover_documents", summary.Counts.Keys);
        Assert.Contains("1 messages with agents of other projects", summary.Warnings[0], StringComparison.Ordinal);
        await to.Import.Run(await _case.Export(from, own), new());
        Assert.Equal(["alice", "bob", "session-handover"], (await to.Agents.List(new() { IncludeInactive = true, Limit = 20 })).Agents.Select(agent => agent.Name));
        Assert.Single((await to.Handovers.List(new())).Handovers);
        await to.Import.Run(await _case.Export(from, "other"), new());
        Assert.Equal("olga", (await to.Agents.Get("olga")).Name);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_anywhere_is_refused_and_nothing_is_written()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        byte[] whole = await File.ReadAllBytesAsync(await _case.Export(from));
        int trailer = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n');
        foreach (int length in new[] { 0, 1, 100, whole.Length / 2, trailer, trailer + 1, trailer + 20, whole.Length - 2 })
        {
            await File.WriteAllBytesAsync(_case.PathOf("cut.jsonl"), whole[..length]);
            AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(_case.PathOf("cut.jsonl"), new()));
            Assert.Equal("invalid_argument", refused.Code);
        }
        await AssertUntouched(to);
    }

    [Fact]
    public async Task One_changed_byte_anywhere_is_noticed()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        byte[] whole = await File.ReadAllBytesAsync(await _case.Export(from));
        Random random = new(5);
        for (int i = 0; i < 50; i++)
        {
            byte[] changed = [.. whole];
            changed[random.Next(whole.Length - 1)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_case.PathOf("changed.jsonl"), changed);
            await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(_case.PathOf("changed.jsonl"), new()));
        }
        await AssertUntouched(to);
    }

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "\"t\":\"messages\"", "\"t\":\"messages; DROP TABLE agents\"", "there is no table 'messages; DROP TABLE agents'" },
        { "\"t\":\"messages\"", "\"t\":\"store_info\"", "there is no table 'store_info'" },
        { "\"t\":\"messages\"", "\"t\":\"sqlite_master\"", "there is no table 'sqlite_master'" },
        { "\"t\":\"messages\"", "\"t\":\"_migrations\"", "there is no table '_migrations'" },
        { "\"content\":", "\"content) VALUES (1); --\":", "messages has no column 'content) VALUES (1); --'" },
        { "\"content\":", "\"seq\":5,\"content\":", "messages has no column 'seq'" },
        { "\"content\":", "\"content\":7,\"was\":", "messages.content: it must be text" },
        { "\"content\":", "\"content\":null,\"was\":", "messages.content: it must have a value" },
        { "\"content\":", "\"content\":\"a\\u0000b\",\"was\":", "NUL character" },
        { "\"content\":", "\"content\":\"a\\ud800b\",\"was\":", "messages.content: " },
        { "\"content\":", "\"content\":\"a\",\"content\":", "it is no JSON of an export" },
        { "\"content\":", "\"content\":[[[[[[[[[[1]]]]]]]]]],\"was\":", "it is no JSON of an export" },
        { "\"context\":null", "\"context\":\"{broken\"", "messages.context: it must be text that is JSON" },
        { "\"capabilities\":\"[]\"", "\"capabilities\":\"{}\"", "agents.capabilities: it must be text that is a list of JSON" },
        { "\"metadata\":\"{}\"", "\"metadata\":\"7\"", "metadata: it must be text that is an object of JSON" },
        { "\"message_type\":\"notification\"", "\"message_type\":\"order\"", "messages.message_type: it must be one of request, response" },
        { "\"created_at\":\"", "\"created_at\":\"yesterday", "it must be a time such as" },
        { "\"from_seq\":\"agent_", "\"from_seq\":\"agent_nobody_", "which is neither before it in the file nor in the store" },
        { "\"from_seq\":\"", "\"from_seq\":7,\"was\":\"", "messages.from_seq: it must name another row" },
        { "\"from_seq\":\"", "\"from_seq\":[\"a\",[\"b\"]],\"was\":\"", "messages.from_seq: it must name another row" },
        { "\"name\":\"alice\"", "\"name\":\"../../alice\"", "An agent's name must begin with a letter or digit" },
        { "\"name\":\"alice\"", "\"name\":\"mallory\"", "name_key is not name in lower case" },
        { "\"tokens\":0", "\"tokens\":1e99", "tokens: it must be a whole number" },
        { "\"tokens\":0", "\"tokens\":\"0\"", "tokens: it must be a whole number" },
        { "\"set\":\"agents/common\"", "\"set\":\"agents/../../etc\"", "there is no schema 'agents/../../etc'" },
        { "{\"agent\":\"agent_alice", "{\"agent\":\"agent_nobody", "it says that it is another agent's" },
        { "\"format\":1", "\"format\":2", "its format is 2" },
        { "\"central\":\"00", "\"central\":\"99", "which this program does not know" },
        { "\"agentcraft\":\"export\"", "\"agentcraft\":\"backup\"", "does not begin as an export of AgentCraft" },
        { "\"projects\":[", "\"projects\":null,\"was\":[", "line 1" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_file_is_refused_with_the_line_and_nothing_is_written(string find, string replace, string message)
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        string[] lines = File.ReadAllLines(await _case.Export(from))[..^1];
        int at = Array.FindIndex(lines, line => line.Contains(find, StringComparison.Ordinal));
        Assert.True(at >= 0, find);
        int begin = lines[at].IndexOf(find, StringComparison.Ordinal);
        lines[at] = lines[at][..begin] + replace + lines[at][(begin + find.Length)..];
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(_case.Sign(lines), new()));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Matches($@"^signed\.jsonl, line {(find.StartsWith("{\"agent\"", StringComparison.Ordinal) ? at + 2 : at + 1)}: ", refused.Message);
        await AssertUntouched(to);
    }

    [Fact]
    public async Task A_row_twice_and_lines_after_the_end_are_refused()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await Work(from, "alice", "bob", "the whale");
        string[] whole = File.ReadAllLines(await _case.Export(from)), lines = whole[..^1];
        Assert.Contains("it has the same key", (await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(_case.Sign([.. lines[..3], lines[2], .. lines[3..]]), new()))).Message, StringComparison.Ordinal);
        await File.WriteAllLinesAsync(_case.PathOf("more.jsonl"), [.. whole, lines[1]]);
        Assert.Contains("nothing may follow", (await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(_case.PathOf("more.jsonl"), new()))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(_case.PathOf("none.jsonl"), new()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    [OnSqlite("The file is refused before any store is opened.")]
    public async Task A_line_without_end_is_refused_without_being_kept()
    {
        await using Stores to = _case.Open();
        string file = _case.PathOf("long.jsonl");
        using (FileStream huge = File.Create(file))
            // A hole: a gibibyte of zeros without a line's end.
            huge.SetLength(1L << 30);
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => to.Import.Run(file, new()));
        Assert.Equal("payload_too_large", refused.Code);
        Assert.StartsWith("long.jsonl, line 1: it is longer than 64 MiB", refused.Message, StringComparison.Ordinal);
    }

    private static async Task Work(Stores stores, string writer, string reader, string animal)
    {
        foreach (string name in new[] { writer, reader })
            await stores.Sessions.Start(new() { Agent = new NewAgent { Name = AgentName.Parse(name) } });
        for (int i = 0; i < 3; i++)
            await stores.Messages.Append(new() { From = writer, To = [reader], Content = i == 0 ? $"I saw {animal}" : $"again {i}" }, $"key{i}");
        await stores.Inboxes.Acknowledge(reader, [(await stores.Inboxes.Read(reader, 1, null)).Messages[0].Id], null);
        await stores.Metrics.Append(new() { Agent = writer, Values = [new() { Name = "speed", Value = 1.5 }, new() { Name = "speed", Value = 0.25 }] }, null);
        await stores.History.Append(new()
        {
            Agent = writer,
            Entries = [new() { Role = HistoryRole.User, Content = $"where is {animal}?", Usage = new Dictionary<string, long> { ["input"] = 15 } }, new() { Role = HistoryRole.Assistant, Content = "there", Cost = 3 }],
        }, null);
        for (int i = 0; i < 2; i++)
            await stores.Documents.Save(new() { Agent = writer, Name = "plan-" + animal.Split(' ')[1], Content = $"version {i} of {animal}" }, null);
        WorkTask task = (await stores.Tasks.Create(new() { CreatedBy = writer, Instruction = "find it" }, null)).Task;
        await stores.Tasks.Create(new() { CreatedBy = writer, Instruction = "then rest", Parent = task.Id }, null);
    }

    private static async Task AssertUntouched(Stores to)
    {
        Assert.False(Directory.Exists(Path.Combine(to.Databases.Root, ".agentcraft")));
        if (to.Databases.Engine == "postgres")
            Assert.Equal(0, await to.Databases.Central.Read(c => c.First<long>("SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM store_info WHERE key = 'default_project' OR key LIKE 'import%')")));
    }

    private static async Task<string> HandOver(Stores stores, string author) => (await stores.Handovers.Create(
        new() { Author = author, Template = "quick", Title = "H", Publish = true, Sections = new Dictionary<string, string> { ["Done"] = "All.", ["Next steps"] = "- [ ] Rest" } }, null)).Id;

    private static async Task<List<string>> Ids(Stores stores, string a, string b) =>
        [.. (await stores.Messages.GetConversation(new() { AgentA = a, AgentB = b })).Messages.Select(message => $"{message.Id} {message.ThreadId} {message.Content} {message.AcknowledgedAt:O}")];

    private static Task<List<string>> Counts(Stores stores) => stores.Databases.Central.Read(c => c.Query<string>("""
        SELECT t.name || ' ' || f.name || ' ' || CAST(i.unread AS TEXT) || ' ' || CAST(i.total AS TEXT) FROM inbox_counts i JOIN agents t ON t.seq = i.to_seq JOIN agents f ON f.seq = i.from_seq
        WHERE t.name IN ('alice', 'bob') ORDER BY t.name, f.name
        """));

    private static async Task<string> Dump(Stores stores) => await StoreRows.Of(stores.Databases,
        await stores.Databases.Central.Read(c => c.Query<AgentRef>("SELECT seq, project_seq, status, id, name, type FROM agents ORDER BY seq").ConvertAll(agent => (agent.Name, agent.Type))));
}
