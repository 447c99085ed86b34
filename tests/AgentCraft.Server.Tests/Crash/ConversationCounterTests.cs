using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>A conversation while many real processes write it and others follow it by cursor.</summary>
[Collection(CrashCollection.Name)]
[OnEveryEngine]
public sealed class ConversationCounterTests(ITestOutputHelper output)
{
    private const int Posters = 8, Readers = 4, PageSize = 50;
    private static int Each => Quantity.Many(100, 1_250);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(Quantity.Of(90, 420));

    private static int All => Posters * Each;

    [Fact]
    public async Task Readers_by_cursor_see_each_posters_counter_without_gap_or_repeat_and_all_in_the_same_order()
    {
        using TemporaryProject project = new();
        using CancellationTokenSource end = new(Limit);
        await using RacingServers servers = await RacingServers.Start(project.Root, Posters + Readers, Limit);
        ConcurrentDictionary<string, string> posted = new();
        ConcurrentBag<string[]> read = [];
        long start = Stopwatch.GetTimestamp();
        await FailFast.WhenAll(Enumerable.Range(0, Posters + Readers).Select(i => Task.Run(async () =>
        {
            if (i < Posters)
                await Count(servers[i], i, posted, end.Token);
            else
                read.Add(await Follow(servers[i], end.Token));
        })));
        output.WriteLine($"{All} posts by {Posters} processes, read by {Readers}, in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");

        Assert.Equal(Readers, read.Count);
        string[] order = read.First();
        Assert.All(read, ids => Assert.Equal(order, ids));
        Assert.Equal(posted.Keys.Order(), order.Order());
        foreach (IGrouping<string, string> counter in order.Select(id => posted[id]).GroupBy(content => content.Split(' ')[0]))
            Assert.Equal(Enumerable.Range(0, Each).Select(n => Content(counter.Key, n)), counter);
        Assert.Equal(order.Reverse(), await PageBack(servers[Posters]));
        using StoreView file = StoreView.Central(project);
        file.AssertIntact();
    }

    /// <summary>One counter; the next number is posted when the one before was answered. Both directions are one conversation.</summary>
    private static async Task Count(StdioServer server, int poster, ConcurrentDictionary<string, string> posted, CancellationToken end)
    {
        for (int n = 0; n < Each; n++)
        {
            end.ThrowIfCancellationRequested();
            string content = Content($"counter-{poster}", n);
            ToolAnswer post = await RacingServers.Call(server, "log_message", new
            {
                from = RacingServers.NameOf(poster % 2), to = RacingServers.NameOf((poster + 1) % 2), content, idempotencyKey = content,
            });
            Assert.True(posted.TryAdd(post.GetText("messages.0.id"), content));
        }
    }

    private static async Task<string[]> Follow(StdioServer server, CancellationToken end)
    {
        List<string> ids = [];
        long last = 0;
        string? cursor = null;
        while (ids.Count < All)
        {
            end.ThrowIfCancellationRequested();
            ToolAnswer page = await Page(server, "asc", cursor);
            foreach (MessageRow message in page.Get<MessageRow[]>("messages"))
            {
                Assert.True(message.Seq > last, $"{message.Id} ({message.Seq}) came after {last}.");
                last = message.Seq;
                ids.Add(message.Id);
            }
            cursor = page.Structured!.Value.TryGetProperty("cursor", out _) ? page.GetText("cursor") : null;
        }
        return [.. ids];
    }

    private static async Task<List<string>> PageBack(StdioServer server)
    {
        List<string> ids = [];
        string? cursor = null;
        for (bool more = true; more;)
        {
            ToolAnswer page = await Page(server, "desc", cursor);
            ids.AddRange(page.Get<MessageRow[]>("messages").Select(message => message.Id));
            (cursor, more) = (page.GetText("cursor"), page.Get<bool>("hasMore"));
        }
        return ids;
    }

    private static Task<ToolAnswer> Page(StdioServer server, string order, string? cursor) => RacingServers.Call(server, "get_conversation",
        new { agentA = RacingServers.NameOf(0), agentB = RacingServers.NameOf(1), order, limit = PageSize, cursor });

    private static string Content(string counter, int number) => string.Create(CultureInfo.InvariantCulture, $"{counter} {number}");
}
