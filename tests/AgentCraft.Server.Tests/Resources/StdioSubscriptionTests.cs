using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Resources;

/// <summary>Subscriptions over standard input and output, in every revision.</summary>
[OnEveryEngine]
public sealed class StdioSubscriptionTests : SubscriptionProject
{
    private const string WithoutSessions = "2026-07-28";

    public static TheoryData<string> RevisionsWithSessions => new("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

    [Theory]
    [MemberData(nameof(RevisionsWithSessions))]
    public async Task What_another_process_posts_is_told_until_the_client_unsubscribes(string revision)
    {
        await using StdioServer watcher = await Open(revision);
        await using StdioServer witness = await Open(revision);
        foreach (string uri in new[] { Inbox, Latest, Inbox })
            await watcher.Request("resources/subscribe", new { uri });
        await witness.Request("resources/subscribe", new { uri = Inbox });
        await PostOther();
        await Post();
        AssertUpdated(Inbox, await watcher.NextNotification(Updated));
        AssertUpdated(Inbox, await witness.NextNotification(Updated));
        await HandOver();
        AssertUpdated(Latest, await watcher.NextNotification(Updated));

        await watcher.Request("resources/unsubscribe", new { uri = Inbox });
        await watcher.Request("resources/unsubscribe", new { uri = Inbox });
        await Post();
        AssertUpdated(Inbox, await witness.NextNotification(Updated));
        await HandOver();
        AssertUpdated(Latest, await watcher.NextNotification(Updated));
        Assert.Equal((3, 2), (watcher.Notifications.Count, witness.Notifications.Count));
        await Refused(-32601, watcher.Request("subscriptions/listen", Listening(Inbox)));
    }

    [Fact]
    public async Task A_listening_client_is_acknowledged_first_and_told_only_what_it_asked_for()
    {
        await using StdioServer watcher = await Open(WithoutSessions);
        StartedRequest inbox = await watcher.StartRequest("subscriptions/listen", Listening(Inbox, Inbox));
        AssertAcknowledged([Inbox], await watcher.NextNotification(Acknowledged), inbox.Id);
        StartedRequest both = await watcher.StartRequest("subscriptions/listen", Listening(Latest, Inbox));
        AssertAcknowledged([Latest, Inbox], await watcher.NextNotification(Acknowledged), both.Id);
        StartedRequest none = await watcher.StartRequest("subscriptions/listen", Listening());
        AssertAcknowledged([], await watcher.NextNotification(Acknowledged), none.Id);
        await PostOther();
        await HandOver();
        AssertUpdated(Latest, await watcher.NextNotification(Updated), both.Id);

        await watcher.CancelRequest(both.Id);
        await watcher.Request("resources/read", new { uri = Inbox });
        await Post();
        AssertUpdated(Inbox, await watcher.NextNotification(Updated), inbox.Id);
        await HandOver();
        await Post();
        AssertUpdated(Inbox, await watcher.NextNotification(Updated), inbox.Id);
        Assert.Equal(6, watcher.Notifications.Count);
        Assert.False(inbox.IsCompleted || both.IsCompleted || none.IsCompleted);
    }

    [Fact]
    public async Task A_listening_client_gets_its_answer_when_the_server_stops()
    {
        await using StdioServer watcher = await Open(WithoutSessions);
        StartedRequest listening = await watcher.StartRequest("subscriptions/listen", Listening(Inbox));
        await watcher.NextNotification(Acknowledged);
        long begin = Stopwatch.GetTimestamp();
        watcher.CloseInput();
        JsonElement answer = await listening.Result();
        Assert.Equal(listening.Id, answer.GetProperty("_meta").GetProperty(SubscriptionId).GetInt64());
        Assert.Equal(0, await watcher.WaitForExit(Soon));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.DoesNotContain("warn", watcher.StandardError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11-25", "resources/subscribe")]
    [InlineData(WithoutSessions, "subscriptions/listen")]
    public async Task What_cannot_be_subscribed_to_is_refused(string revision, string method)
    {
        await using StdioServer watcher = await Open(revision);
        bool listens = revision == WithoutSessions;
        Task<JsonElement> Subscribe(string uri) => watcher.Request(method, listens ? Listening(Inbox, uri) : new { uri });
        int notFound = listens ? -32602 : -32002;
        Assert.Contains("cannot be subscribed to", (await Refused(-32602, Subscribe("agentcraft://agents"))).RpcMessage, StringComparison.Ordinal);
        Assert.Contains("cannot be subscribed to", (await Refused(-32602, Subscribe("agentcraft://conversations/alice/bob"))).RpcMessage, StringComparison.Ordinal);
        Assert.Contains("There is no resource", (await Refused(notFound, Subscribe("agentcraft://lost"))).RpcMessage, StringComparison.Ordinal);
        Assert.Contains("There is no resource", (await Refused(notFound, Subscribe(new string('x', 100_000)))).RpcMessage, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'bob'", (await Refused(notFound, Subscribe("agentcraft://agents/bbo/inbox"))).RpcMessage, StringComparison.Ordinal);
        await Refused(notFound, Subscribe("agentcraft://agents/bob%00/inbox"));
        await Refused(-32602, watcher.Request(method, listens ? new { notifications = 5 } : new { uri = 5 }));
        await Refused(-32601, watcher.Request(listens ? "resources/subscribe" : "subscriptions/listen", listens ? new { uri = Inbox } : Listening(Inbox)));
        if (!listens)
            await watcher.Request("resources/unsubscribe", new { uri = "agentcraft://agents/bbo/inbox" });
        await Post();
        await watcher.Request("resources/read", new { uri = Inbox });
        Assert.DoesNotContain(watcher.Notifications, told => told.GetProperty("method").ValueEquals(Updated));
    }

    [Fact]
    public async Task A_hundred_at_once_are_served_and_no_more()
    {
        await using StdioServer watcher = await Open("2025-11-25");
        string[] uris = Spellings(120);
        bool[] subscribed = await Task.WhenAll(uris.Select(uri => IsTaken(watcher.Request("resources/subscribe", new { uri }))));
        Assert.Equal(100, subscribed.Count(taken => taken));
        await Post();
        HashSet<string> told = [];
        for (int i = 0; i < 100; i++)
            told.Add((await watcher.NextNotification(Updated)).GetProperty("params").GetProperty("uri").GetString()!);
        Assert.Equal(uris.Where((_, i) => subscribed[i]).Order(), told.Order());

        string left = uris.Where((_, i) => !subscribed[i]).First();
        await Refused(-32602, watcher.Request("resources/subscribe", new { uri = left }));
        await watcher.Request("resources/unsubscribe", new { uri = told.First() });
        await watcher.Request("resources/subscribe", new { uri = left });
    }

    [Fact]
    public async Task Listening_is_counted_together()
    {
        await using StdioServer watcher = await Open(WithoutSessions);
        await Refused(-32602, watcher.Request("subscriptions/listen", Listening(Spellings(101))));
        StartedRequest most = await watcher.StartRequest("subscriptions/listen", Listening(Spellings(99)));
        await watcher.NextNotification(Acknowledged);
        await Refused(-32602, watcher.Request("subscriptions/listen", Listening(Spellings(2))));
        await watcher.CancelRequest(most.Id);
        await Eventually.Become(() => IsListening(watcher), Soon, "room for others after those were cancelled");
    }

    [Fact]
    public async Task Subscribing_again_after_unsubscribing_is_a_subscription_like_the_first()
    {
        await using StdioServer watcher = await Open("2025-11-25");
        for (int i = 0; i < Quantity.Of(20, 200); i++)
        {
            await watcher.Request("resources/subscribe", new { uri = Inbox });
            await watcher.Request("resources/unsubscribe", new { uri = Inbox });
        }
        await watcher.Request("resources/subscribe", new { uri = Inbox });
        for (int i = 0; i < 3; i++)
        {
            await Post();
            AssertUpdated(Inbox, await watcher.NextNotification(Updated));
        }
        Assert.Equal(3, watcher.Notifications.Count);
    }

    [Fact]
    public async Task An_agent_that_is_removed_and_comes_back_is_watched_all_the_time()
    {
        await using StdioServer watcher = await Open("2025-11-25");
        await watcher.Request("resources/subscribe", new { uri = Inbox });
        (await Call("remove_agent", new { name = "bob" })).Succeeded();
        (await Call("start_session", new { agent = "bob" })).Succeeded();
        await Post();
        AssertUpdated(Inbox, await watcher.NextNotification(Updated));
        Assert.Single(watcher.Notifications);
    }

    [Fact]
    public async Task An_acknowledgement_changes_the_inbox_too()
    {
        await Post();
        await using StdioServer watcher = await Open("2025-11-25");
        await watcher.Request("resources/subscribe", new { uri = Inbox });
        string cursor = (await Call("read_inbox", new { agent = "bob" })).GetText("cursor");
        (await Call("acknowledge_messages", new { agent = "bob", upTo = cursor })).Succeeded();
        AssertUpdated(Inbox, await watcher.NextNotification(Updated));
    }

    private static async Task<bool> IsTaken(Task<JsonElement> request)
    {
        try
        {
            await request;
            return true;
        }
        catch (RpcErrorException full) when (full.Code == -32602)
        {
            return false;
        }
    }

    private static async Task<bool> IsListening(StdioServer watcher)
    {
        StartedRequest listening = await watcher.StartRequest("subscriptions/listen", Listening(Spellings(2)));
        Task<JsonElement> refused = listening.Result();
        int before = watcher.Notifications.Count;
        await Eventually.Become(() => refused.IsCompleted || watcher.Notifications.Count > before, Soon, "an answer");
        return !refused.IsCompleted;
    }

    private async Task<StdioServer> Open(string revision)
    {
        StdioServer server = StdioServer.Start(Root);
        if (revision == WithoutSessions)
            server.ProtocolVersion = revision;
        else
            await server.Initialize(revision);
        return server;
    }
}
