using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Testing;
using BenchmarkDotNet.Attributes;

namespace AgentCraft.Benchmarks.Inside;

/// <summary>What every agent does all the time, without processes and pipes around it: time and allocation of each.</summary>
public class HotPaths
{
    private const int Before = 500;

    private readonly TemporaryProject _project = new();
    private readonly NewMessage _message = new() { From = "ann", To = ["bob"], Content = Load.Content };
    private readonly ConversationFilter _last50 = new() { AgentA = "ann", AgentB = "bob", Limit = 50 };
    private Stores _stores = null!;
    private RawStore _raw = null!;
    private ServedInside _served = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _stores = new(_project.Root, new(), TimeProvider.System);
        foreach (string agent in new[] { "ann", "bob" })
            await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(agent) } });
        for (int i = 0; i < Before; i++)
            await Append();
        _raw = new(_project.PathOf("raw.db"));
        _served = await ServedInside.Start(_project.Root);
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _served.DisposeAsync();
        _raw.Dispose();
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Benchmark(Description = "insert and commit, raw")]
    public double Raw() => _raw.Commit();

    [Benchmark(Description = "append a message")]
    public Task<PostedMessages> Append() => _stores.Messages.Append(_message, null);

    [Benchmark(Description = "read the last 50 of a conversation")]
    public Task<MessagePage> Conversation() => _stores.Messages.GetConversation(_last50);

    [Benchmark(Description = "read an inbox")]
    public Task<Inbox> Inbox() => _stores.Inboxes.Read("bob", Paging.DefaultLimit, null);

    [Benchmark(Description = "a line in, a line out: an empty tool")]
    public Task<int> CallEmpty() => _served.Call(EmptyTools.Name, Load.Nothing);

    [Benchmark(Description = "a line in, a line out: log_message")]
    public Task<int> CallLogMessage() => _served.Call("log_message", Load.Message);

    [Benchmark(Description = "a line in, a line out: get_conversation of 50")]
    public Task<int> CallConversation() => _served.Call("get_conversation", Load.Last50);

    [Benchmark(Description = "a line in, a line out: read_inbox")]
    public Task<int> CallInbox() => _served.Call("read_inbox", new { agent = "bob" });
}
