using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Overviews;
using AgentCraft.Data.Tasks;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Overviews;

/// <summary>What only people look at: trees, conversations and threads of everybody, tasks at the top, plain search.</summary>
[OnEveryEngine]
public sealed class BoardTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public Task InitializeAsync()
    {
        _stores = new(_project.Root, new() { Store = TestStore.Of(_project.Root) ?? "" }, TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task The_board_shows_the_live_ones_below_whom_they_work_for_page_by_page()
    {
        foreach ((string name, string? parent) in new (string, string?)[] { ("top", null), ("other", null), ("left", "top"), ("leaf", "left"), ("right", "top") })
            await Register(name, parent);
        await _stores.AgentLife.Update(new() { Agent = "left", Status = AgentStatus.Completed });
        await _stores.AgentLife.Update(new() { Agent = "other", Status = AgentStatus.Completed });
        await _stores.Messages.Append(new() { From = "top", To = ["leaf"], Content = "x" }, null);

        // Left is not live, but leaf works for it.
        Assert.Equal(["0 top live", "1 left", "2 leaf live 1", "1 right live"], await Walk(all: false));
        Assert.Equal(["0 top live", "1 left", "2 leaf live 1", "1 right live", "0 other"], await Walk(all: true));
        AgentBoardPage first = await _stores.AgentBoard.Get(all: false, 3, null);
        await _stores.AgentLife.Update(new() { Agent = "leaf", Status = AgentStatus.Completed });
        Assert.Equal(["right"], (await _stores.AgentBoard.Get(all: false, 3, first.Cursor)).Agents.Select(agent => agent.Name));
        await Assert.ThrowsAsync<AgentCraftException>(() => _stores.AgentBoard.Get(all: true, 3, first.Cursor));
    }

    [Fact]
    public async Task Conversations_and_threads_come_last_heard_of_first_and_each_once()
    {
        string[] names = ["a", "b", "c", "d"];
        foreach (string name in names)
            await Register(name);
        Assert.Empty((await _stores.Conversations.ListThreads(20, null)).Conversations);
        List<string> pairs = [], threads = [];
        for (int i = 0; i < 60; i++)
        {
            (string from, string to) = (names[i % 4], names[(i * 7 / 4) % 4]);
            PostedMessage posted = (await _stores.Messages.Append(new() { From = from, To = [to], Content = $"number {i}" }, null)).Messages[0];
            pairs.Add(string.Join(' ', new[] { from, to }.Order()));
            threads.Add(posted.ThreadId);
            if (i % 5 == 0)
                await _stores.Messages.Append(new() { From = to, To = [from], Content = "answer", ResponseTo = posted.Id }, null);
        }
        foreach (int limit in new[] { 1, 3, 200 })
        {
            List<Conversation> conversations = await Walk(cursor => _stores.Conversations.ListConversations(null, limit, cursor)), found = await Walk(cursor => _stores.Conversations.ListThreads(limit, cursor));
            Assert.Equal(LastFirst(pairs), conversations.Select(Pair));
            Assert.Equal(LastFirst(threads), found.Select(one => one.ThreadId));
            Assert.Equal(72, conversations.Sum(one => one.Messages));
            Assert.Equal(72, found.Sum(one => one.InThread));
            Assert.Equal(LastFirst(pairs).Where(pair => pair.Split(' ').Contains("b")), (await Walk(cursor => _stores.Conversations.ListConversations("b", limit, cursor))).Select(Pair));
        }
        ConversationPage page = await _stores.Conversations.ListThreads(5, null);
        await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Conversations.ListConversations(null, 5, page.Cursor));
        await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Conversations.ListConversations("nobody", 5, null));

        static string Pair(Conversation one) => string.Join(' ', new[] { one.From, one.To }.Order());
        static IEnumerable<string> LastFirst(IEnumerable<string> all) => all.Reverse().Distinct();
    }

    [Fact]
    public async Task A_page_of_conversations_looks_at_so_many_messages_at_most_and_the_next_goes_on_from_there()
    {
        foreach (string name in new[] { "a", "b", "c" })
            await Register(name);
        await _stores.Messages.Append(new() { From = "a", To = ["c"], Content = "long ago" }, null);
        await _stores.Messages.Append(new() { From = "a", To = ["b"], Content = "the first of many" }, null);
        await _stores.Databases.Central.Write(c => c.Execute("""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500)
            INSERT INTO messages (id, from_seq, to_seq, conversation, thread_id, message_type, importance, content, created_at)
            SELECT 'msg_' || CAST(n.i AS TEXT), m.from_seq, m.to_seq, m.conversation, m.thread_id, m.message_type, m.importance, m.content, m.created_at
            FROM n CROSS JOIN messages m WHERE m.content = 'the first of many'
            """));
        ConversationPage first = await _stores.Conversations.ListConversations(null, 20, null), second = await _stores.Conversations.ListConversations(null, 20, first.Cursor);
        Assert.Equal(["b"], first.Conversations.Select(one => one.To));
        Assert.Equal(["c"], second.Conversations.Select(one => one.To));
        Assert.Equal((true, false), (first.HasMore, second.HasMore));
        Assert.Equal(1001, (await _stores.Conversations.ListThreads(1, null)).Conversations.Single().InThread);
    }

    [Fact]
    public async Task The_overview_counts_everything_and_tells_of_urgent_mail_among_the_newest()
    {
        foreach (string name in new[] { "a", "b" })
            await Register(name);
        await _stores.Messages.Append(new() { From = "a", To = ["b"], Content = "now", Importance = Importance.Urgent }, null);
        await _stores.Tasks.Create(new() { CreatedBy = "a", Instruction = "x" }, null);
        OverviewNumbers numbers = await _stores.Overviews.Count();
        Assert.Equal((2, 2, 1, 1, 1, 0, 0), (numbers.Live, numbers.Agents, numbers.Unread, numbers.Messages, numbers.Queued, numbers.Running, numbers.Blocked));
        Assert.Contains("Urgent mail is unread by: b.", numbers.Warnings);
        for (int i = 0; i < 100; i++)
            await _stores.Messages.Append(new() { From = "a", To = ["b"], Content = "later" }, null);
        Assert.DoesNotContain((await _stores.Overviews.Count()).Warnings, warning => warning.StartsWith("Urgent", StringComparison.Ordinal));
        Assert.Contains("Urgent mail is unread by: b.", (await _stores.Overviews.Get()).Warnings);
    }

    [Fact]
    public async Task Tasks_at_the_top_come_with_the_progress_of_everything_below()
    {
        await Register("a");
        List<string> tops = [];
        for (int i = 0; i < 5; i++)
            tops.Add((await _stores.Tasks.Create(new() { CreatedBy = "a", Instruction = $"top {i}" }, null)).Task.Id);
        AddedSubtasks parts = await _stores.Tasks.Add(new() { CreatedBy = "a", Parent = tops[2], Subtasks = [new() { Instruction = "x" }, new() { Instruction = "y" }] }, null);
        await _stores.Tasks.Add(new() { CreatedBy = "a", Parent = parts.Tasks[0].Id, Subtasks = [new() { Instruction = "deeper" }, new() { Instruction = "deeper" }] }, null);
        await _stores.TaskChanges.Update(new() { Agent = "a", Task = parts.Tasks[1].Id, Status = WorkStatus.Completed });
        await _stores.TaskChanges.Update(new() { Agent = "a", Task = tops[4], Status = WorkStatus.Completed });

        List<TaskNode> all = [], open = [];
        for (string? cursor = null; ;)
        {
            TaskTopPage page = await _stores.TaskTrees.ListTops(open: false, 2, cursor);
            all.AddRange(page.Tasks);
            if (!page.HasMore)
                break;
            cursor = page.Cursor;
        }
        open.AddRange((await _stores.TaskTrees.ListTops(open: true, 20, null)).Tasks);
        Assert.Equal(tops.AsEnumerable().Reverse(), all.Select(task => task.Id));
        Assert.Equal(tops.Take(4).Reverse(), open.Select(task => task.Id));
        Assert.Equal((4, 25, 1), (all[2].Progress.Total, all[2].Progress.Percent, all[2].Progress.Completed));
        Assert.Equal(0, all[0].Progress.Total);
    }

    [Fact]
    public async Task Plain_search_takes_every_character_for_itself()
    {
        await Register("some_one");
        await _stores.Tasks.Create(new() { CreatedBy = "some_one", Instruction = @"Take 100% of C:\temp_x" }, null);
        await _stores.Tasks.Create(new() { CreatedBy = "some_one", Instruction = "Take 1000 of C:/tempAx" }, null);
        foreach ((string text, int count) in new[] { ("100%", 1), (@"C:\TEMP_", 1), ("temp_", 1), ("take", 2), ("%", 1), ("'; --", 0), (@"\", 1) })
            Assert.True(count == (await _stores.PlainSearch.Tasks(text, 10)).Count, text);
        Assert.Equal(["some_one"], (await _stores.PlainSearch.Agents("ME_O", 10)).Select(found => found.Title));
        Assert.Contains(await _stores.PlainSearch.Events("task_created", 10), found => found.Title == "task_created");
        Assert.Empty(await _stores.Handovers.Search("x", 10));
    }

    [Fact]
    public async Task Versions_of_a_hand_over_are_found_and_compared()
    {
        await Register("ada");
        CreatedHandover made = await _stores.Handovers.Create(new() { Author = "ada", Title = "First", Sections = new Dictionary<string, string> { ["Goal"] = "Find the needle_%." } }, null);
        await _stores.HandoverRevisions.Update(new() { Author = "ada", Id = made.Id, Sections = new Dictionary<string, string> { ["Goal"] = "Find the other needle." } }, null);
        HandoverDiff diff = await _stores.Handovers.Compare(made.Id, 1, 2);
        Assert.Contains("\n-Find the needle_%.\n+Find the other needle.\n", diff.Diff);
        Assert.Equal((1, 1), (diff.Added, diff.Removed));
        Assert.Equal("", (await _stores.Handovers.Compare(made.Id, 2, 2)).Diff);
        await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Handovers.Compare(made.Id, 1, 3));
        Assert.Equal(2, (await _stores.Handovers.Search("needle", 10)).Count);
        Assert.Single(await _stores.Handovers.Search("needle_%", 10));
    }

    private Task<Agent> Register(string name, string? parent = null) => _stores.Agents.Register(new() { Name = AgentName.Parse(name), Parent = parent });

    private async Task<List<string>> Walk(bool all)
    {
        List<string> lines = [];
        for (string? cursor = null; ;)
        {
            AgentBoardPage page = await _stores.AgentBoard.Get(all, 2, cursor);
            lines.AddRange(page.Agents.Select(agent => $"{agent.Level} {agent.Name}{(agent.Live ? " live" : "")}{(agent.Unread > 0 ? $" {agent.Unread}" : "")}"));
            if (!page.HasMore)
                return lines;
            cursor = page.Cursor;
        }
    }

    private static async Task<List<Conversation>> Walk(Func<string?, Task<ConversationPage>> list)
    {
        List<Conversation> found = [];
        for (string? cursor = null; ;)
        {
            ConversationPage page = await list(cursor);
            found.AddRange(page.Conversations);
            if (!page.HasMore)
                return found;
            cursor = page.Cursor;
        }
    }
}
