using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Resources;

/// <summary>Subscriptions over HTTP: with sessions on the GET stream, without on the stream of <c>subscriptions/listen</c>.</summary>
public sealed class HttpSubscriptionTests : SubscriptionProject
{
    private const string WithoutSessions = "2026-07-28";
    private HttpServer _server = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _server = await HttpServer.Start(Root);
    }

    public override async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task A_session_is_told_on_its_stream_what_it_asked_for_and_no_other_s(string revision)
    {
        HttpConnection client = await _server.Connect(revision), other = await _server.Connect(revision);
        using HttpExchange stream = await client.OpenStream(), otherStream = await other.OpenStream();
        await Streams(2);
        foreach (string uri in new[] { Inbox, Latest })
            await client.Request("resources/subscribe", new { uri });
        await other.Request("resources/subscribe", new { uri = Latest });
        await PostOther();
        await Post();
        AssertUpdated(Inbox, await stream.NextEvent());
        await HandOver();
        AssertUpdated(Latest, await stream.NextEvent());
        AssertUpdated(Latest, await otherStream.NextEvent());

        await client.Request("resources/unsubscribe", new { uri = Inbox });
        await Post();
        await HandOver();
        AssertUpdated(Latest, await stream.NextEvent());
        await Refused(-32601, client.Request("subscriptions/listen", Listening(Inbox)));
    }

    [Fact]
    public async Task A_listening_client_is_acknowledged_first_and_told_until_it_hangs_up()
    {
        HttpConnection client = await _server.Connect(WithoutSessions);
        HttpExchange stream = await client.Post(40, "subscriptions/listen", Listening(Inbox, Latest));
        using HttpExchange other = await client.Post(41, "subscriptions/listen", Listening(Latest));
        AssertAcknowledged([Inbox, Latest], await stream.NextEvent(), 40);
        AssertAcknowledged([Latest], await other.NextEvent(), 41);
        await PostOther();
        await Post();
        AssertUpdated(Inbox, await stream.NextEvent(), 40);
        await HandOver();
        AssertUpdated(Latest, await stream.NextEvent(), 40);
        AssertUpdated(Latest, await other.NextEvent(), 41);

        await Running(2);
        stream.Dispose();
        await Running(1);
        Assert.Equal("", _server.Troubles);
    }

    [Requires(Need.Linux, "sees in /proc what the server still watches")]
    public async Task Nothing_is_watched_any_more_once_its_client_is_gone_was_refused_or_has_unsubscribed()
    {
        HttpConnection client = await _server.Connect(), stateless = await _server.Connect(WithoutSessions);
        await client.Request("resources/subscribe", new { uri = Inbox });
        await client.Request("resources/subscribe", new { uri = Latest });
        HttpExchange listening = await stateless.Post(40, "subscriptions/listen", Listening(Inbox));
        await listening.NextEvent();
        await Watches(2);
        listening.Dispose();
        await client.Request("resources/unsubscribe", new { uri = Latest });
        await Watches(1);
        (await client.Delete()).Dispose();
        await Watches(0);

        await Refused(-32602, stateless.Request("subscriptions/listen", Listening(Inbox, Latest, "agentcraft://agents")));
        await Refused(-32602, stateless.Request("subscriptions/listen", Listening(Inbox, "agentcraft://agents/bbo/inbox")));
        await Refused(-32602, stateless.Request("subscriptions/listen", Listening(Spellings(101))));
        await Watches(0);
        await Running(0);
        Assert.Equal("", _server.Troubles);
    }

    [Requires(Need.Unix, "SIGTERM")]
    public async Task The_server_ends_within_two_seconds_and_tells_those_who_listen()
    {
        HttpConnection client = await _server.Connect(), stateless = await _server.Connect(WithoutSessions);
        using HttpExchange stream = await client.OpenStream();
        await client.Request("resources/subscribe", new { uri = Inbox });
        using HttpExchange listening = await stateless.Post(40, "subscriptions/listen", Listening(Inbox, Latest));
        await listening.NextEvent();

        long begin = Stopwatch.GetTimestamp();
        _server.Terminate();
        JsonElement answer = (await listening.NextEvent())!.Value;
        Assert.Equal((40, 40), (answer.GetProperty("id").GetInt32(), answer.GetProperty("result").GetProperty("_meta").GetProperty(SubscriptionId).GetInt32()));
        Assert.Null(await listening.NextEvent());
        Assert.Null(await stream.NextEvent());
        Assert.Equal(0, await _server.WaitForExit(Soon));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal("", _server.Troubles);
    }

    [Fact]
    public async Task Without_sessions_the_older_way_is_not_there()
    {
        HttpConnection stateless = await _server.Connect(WithoutSessions);
        foreach (string method in new[] { "resources/subscribe", "resources/unsubscribe" })
            await Refused(-32601, stateless.Request(method, new { uri = Inbox }));
    }

    private Task Running(int handlers) => Eventually.Become(
        async () => (await _server.Health()).GetProperty("runningRequests").GetInt32() == handlers, Soon, $"{handlers} running requests");

    private Task Streams(int count) => Eventually.Become(
        async () => (await _server.Health()).GetProperty("streams").GetInt32() == count, Soon, $"{count} streams");

    private Task Watches(int count) => Eventually.Become(() => Directory.EnumerateFiles($"/proc/{_server.Pid}/fd")
        .Count(file => new FileInfo(file).LinkTarget == "anon_inode:inotify") == count, Soon, $"{count} watched names");
}
