using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Sessions;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Messages;

public sealed class MessageStoreTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), _time);
        foreach (string name in new[] { "alice", "bob", "carol" })
            await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(name) } });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_removed_agent_gets_no_mail_and_nobody_of_the_same_call_does()
    {
        await Set("bob", "removed");
        AgentCraftException refusal = await Assert.ThrowsAsync<AgentCraftException>(() => Send("carol", "bob"));
        Assert.Equal((ErrorCodes.NotFound, "'bob' was removed and reads no mail."), (refusal.Code, refusal.Message));
        Assert.Equal(0, (await _stores.Inboxes.Read("carol", 20, null)).Total);
        Assert.Equal(["carol"], (await Send("*")).Messages.Select(message => message.To));
    }

    [Fact]
    public async Task Everybody_means_who_is_live_in_the_session_when_it_is_sent()
    {
        await Set("bob", "paused");
        Assert.Equal(["carol"], (await Send("*")).Messages.Select(message => message.To));
        await Set("bob", "busy");
        Assert.Equal(["bob", "carol"], (await Send("*")).Messages.Select(message => message.To));
        await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("carol") }, ForceNew = true });
        Assert.Equal(["bob"], (await Send("*")).Messages.Select(message => message.To));
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => Send("*"))).Code);
    }

    [Fact]
    public async Task Names_and_everybody_together_reach_each_agent_once_in_one_thread()
    {
        PostedMessages posted = await Send("carol", "*", "CAROL", "alice");
        Assert.Equal(["alice", "bob", "carol"], posted.Messages.Select(message => message.To).Order());
        Assert.Single(posted.Messages.Select(message => message.ThreadId).Distinct());
        Assert.Equal(3, posted.Messages.Select(message => message.Id).Distinct().Count());
    }

    [Fact]
    public async Task Mail_stays_readable_when_its_sender_is_removed()
    {
        await Send("bob");
        await Set("alice", "removed");
        Inbox inbox = await _stores.Inboxes.Read("bob", 20, null);
        Assert.Equal(("alice", 1L), (inbox.Messages[0].From, inbox.Unread));
        MessageThread thread = await _stores.Threads.Get(inbox.Messages[0].ThreadId, ListOrder.Asc, 20, null);
        Assert.Equal(["alice", "bob"], thread.Participants.Select(participant => participant.Agent));
    }

    [Fact]
    public async Task The_session_is_the_sender_s_own_when_none_is_named_and_none_once_it_has_left()
    {
        string session = (await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("alice") } })).Session.Id;
        await Send("bob");
        await _stores.Sessions.End("alice", null, null);
        await Send("bob");
        Assert.Equal([session, null], (await _stores.Inboxes.Read("bob", 20, null)).Messages.Select(message => message.Session));
    }

    private Task<PostedMessages> Send(params string[] to) => _stores.Messages.Append(new() { From = "alice", To = to, Content = "hello" }, null);

    private Task<int> Set(string agent, string status) => _stores.Databases.Central.Write(c =>
        c.Execute("UPDATE agents SET status = @Status WHERE name = @Agent", new { Status = status, Agent = agent }));
}
