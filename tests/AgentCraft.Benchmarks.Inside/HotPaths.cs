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

    // Nothing is awaited: within a process, BenchmarkDotNet goes on where a method awaits.
    [GlobalSetup]
    public void Setup() => Prepare().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup() => CleanUp().GetAwaiter().GetResult();

    [Benchmark(Description = "insert and commit, raw")]
    public double Raw() => _raw.Commit();

    [Benchmark(Description = "append a message")]
    public PostedMessages Append() => _stores.Messages.Append(_message, null).GetAwaiter().GetResult();

    [Benchmark(Description = "read the last 50 of a conversation")]
    public MessagePage Conversation() => _stores.Messages.GetConversation(_last50).GetAwaiter().GetResult();

    [Benchmark(Description = "read an inbox")]
    public Inbox Inbox() => _stores.Inboxes.Read("bob", Paging.DefaultLimit, null).GetAwaiter().GetResult();

    [Benchmark(Description = "a line in, a line out: an empty tool")]
    public int CallEmpty() => _served.Call(EmptyTools.Name, Load.Nothing).GetAwaiter().GetResult();

    [Benchmark(Description = "a line in, a line out: log_message")]
    public int CallLogMessage() => _served.Call("log_message", Load.Message).GetAwaiter().GetResult();

    [Benchmark(Description = "a line in, a line out: get_conversation of 50")]
    public int CallConversation() => _served.Call("get_conversation", Load.Last50).GetAwaiter().GetResult();

    [Benchmark(Description = "a line in, a line out: read_inbox")]
    public int CallInbox() => _served.Call("read_inbox", new { agent = "bob" }).GetAwaiter().GetResult();

    private async Task Prepare()
    {
        _stores = new(_project.Root, new(), TimeProvider.System);
        foreach (string agent in new[] { "ann", "bob" })
            await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(agent) } });
        for (int i = 0; i < Before; i++)
            await _stores.Messages.Append(_message, null);
        _raw = new(_project.PathOf("raw.db"));
        _served = await ServedInside.Start(_project.Root);
    }

    private async Task CleanUp()
    {
        await _served.DisposeAsync();
        _raw.Dispose();
        await _stores.DisposeAsync();
        _project.Dispose();
    }
}
