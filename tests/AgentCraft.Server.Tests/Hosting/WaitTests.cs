using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>Waits among real processes: what ends them, and what cannot.</summary>
public sealed class WaitTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private StdioServer _waiter = null!;

    public async Task InitializeAsync()
    {
        _waiter = await StdioServer.Connect(_project.Root);
        (await _waiter.Call("start_session", new { agent = "bob" })).Succeeded();
        (await _waiter.Call("register_agent", new { name = "alice" })).Succeeded();
    }

    public async Task DisposeAsync()
    {
        await _waiter.DisposeAsync();
        Assert.Equal(0, _waiter.UnreadLines);
        _project.Dispose();
    }

    [Fact]
    public async Task A_message_reaches_the_waiter_although_its_poster_is_killed_right_after_the_answer()
    {
        for (int i = 0; i < Quantity.Of(3, 30); i++)
        {
            string cursor = (await _waiter.Call("read_inbox", new { agent = "bob", limit = 200 })).GetText("cursor");
            StartedRequest wait = await _waiter.StartCall("wait_for_messages", new { agent = "bob", cursor, timeoutSeconds = 60 });
            await using StdioServer poster = await StdioServer.Connect(_project.Root);
            ToolAnswer posted = await poster.Call("log_message", new { from = "alice", to = "bob", content = $"last words {i}" });
            poster.Kill();
            ToolAnswer answer = new("wait_for_messages", await wait.Result());
            Assert.Equal(posted.GetText("messages.0.id"), answer.GetText("messages.0.id"));
            await _waiter.Call("acknowledge_messages", new { agent = "bob", upTo = answer.GetText("cursor") });
        }
    }

    [Requires(Need.Linux, "sees in /proc whether the server still watches for mail")]
    public async Task A_cancelled_wait_is_over_in_the_server_at_once()
    {
        StartedRequest wait = await _waiter.StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 300 });
        await Eventually.Become(() => Watches() == 1, TimeSpan.FromSeconds(10), "the wait watches for mail");
        await _waiter.CancelRequest(wait.Id);
        await Eventually.Become(() => Watches() == 0, TimeSpan.FromSeconds(2), "the cancelled wait has stopped watching");
        await _waiter.Call("log_message", new { from = "alice", to = "bob", content = "too late" });
        Assert.Equal("too late", (await _waiter.Call("wait_for_messages", new { agent = "bob" })).GetText("messages.0.content"));
        Assert.False(wait.IsCompleted);
    }

    [Fact]
    public async Task Many_waits_of_one_agent_in_two_processes_all_see_the_message()
    {
        await using StdioServer other = await StdioServer.Connect(_project.Root);
        StartedRequest[] waits = await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(_ => new[] { _waiter, other })
            .Select(server => server.StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 60 })));
        await _waiter.Call("log_message", new { from = "alice", to = "bob", content = "Everybody up." });
        foreach (StartedRequest wait in waits)
            Assert.Equal(1, new ToolAnswer("wait_for_messages", await wait.Result()).At("messages").GetArrayLength());
    }

    [Fact]
    public async Task Somebody_else_s_mail_does_not_end_a_wait()
    {
        StartedRequest wait = await _waiter.StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 60 });
        await _waiter.Call("log_message", new { from = "bob", to = "alice", content = "not for bob" });
        await _waiter.Call("read_inbox", new { agent = "alice" });
        Assert.False(wait.IsCompleted);
        await _waiter.Call("log_message", new { from = "alice", to = "bob", content = "for bob" });
        Assert.Equal("for bob", new ToolAnswer("wait_for_messages", await wait.Result()).GetText("messages.0.content"));
    }

    [Requires(Need.FullSize, "a wait tells of its progress every ten seconds")]
    public async Task Progress_is_told_every_ten_seconds_to_a_client_that_gave_a_token()
    {
        StartedRequest wait = await _waiter.StartRequest("tools/call", new
        {
            name = "wait_for_messages",
            arguments = new { agent = "bob", timeoutSeconds = 22 },
            _meta = new { progressToken = "tick" },
        });
        StartedRequest silent = await _waiter.StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 22 });
        for (int i = 1; i <= 2; i++)
        {
            JsonElement told = (await _waiter.NextNotification("notifications/progress")).GetProperty("params");
            Assert.Equal("tick", told.GetProperty("progressToken").GetString());
            Assert.InRange(told.GetProperty("progress").GetDouble(), 10 * i, (10 * i) + 2);
            Assert.Equal(22, told.GetProperty("total").GetDouble());
        }
        Assert.True(new ToolAnswer("wait_for_messages", await wait.Result()).Get<bool>("timedOut"));
        await silent.Result();
        Assert.Equal(2, _waiter.Notifications.Count(n => n.GetProperty("method").ValueEquals("notifications/progress")));
    }

    private int Watches() => Directory.EnumerateFiles($"/proc/{_waiter.Pid}/fd")
        .Count(file => new FileInfo(file).LinkTarget == "anon_inode:inotify");
}
