using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>
/// Reads an agent's mail page by page with the cursor of the page before, and keeps what it saw. A page that is not in order, or that
/// repeats a message, fails at once.
/// </summary>
internal sealed class CursorReader(IMortal server, string agent, string? cursor = null, double shortWaitSeconds = 0.1)
{
    private const int PageSize = 50;
    private const int PagesBetweenAcknowledgements = 4;
    private const double LongWaitSeconds = 5;
    private long _last;
    private int _pages;

    /// <summary>Whose mail.</summary>
    public string Agent => agent;

    /// <summary>The ids, in the order in which they came.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>When the answer that brought each message came.</summary>
    public List<long> SeenAt { get; } = [];

    public string? Cursor { get; private set; } = cursor;

    /// <summary>Reads until nothing more can come and all is read; acknowledges now and then.</summary>
    public async Task ReadInbox(Func<bool> isComplete, CancellationToken cancellation)
    {
        while (true)
        {
            // Asked before the page is read: an empty one after it is the end.
            bool complete = isComplete();
            if (await ReadPage(cancellation) == 0)
            {
                if (complete)
                    return;
                Take(await Wait(shortWaitSeconds, cancellation));
            }
            else if (++_pages % PagesBetweenAcknowledgements == 0)
                await server.Call("acknowledge_messages", new { agent, upTo = Cursor }, cancellation);
        }
    }

    /// <summary>Waits for what comes after the cursor, again and again.</summary>
    public async Task Wait(int messages, CancellationToken cancellation)
    {
        while (Ids.Count < messages)
            Take(await Wait(LongWaitSeconds, cancellation));
    }

    private async Task<ToolAnswer> Wait(double timeoutSeconds, CancellationToken cancellation) =>
        (await server.Call("wait_for_messages", new { agent, cursor = Cursor, timeoutSeconds }, cancellation)).Answer;

    private async Task<int> ReadPage(CancellationToken cancellation) =>
        Take((await server.Call("read_inbox", new { agent, limit = PageSize, cursor = Cursor }, cancellation)).Answer);

    private int Take(ToolAnswer page)
    {
        MessageRow[] messages = page.Get<MessageRow[]>("messages");
        foreach (MessageRow message in messages)
        {
            Assert.True(message.Seq > _last, $"{agent} read {message.Id} ({message.Seq}) after {_last}.");
            Assert.Equal(agent, message.To);
            _last = message.Seq;
            Ids.Add(message.Id);
            SeenAt.Add(page.ReceivedAt);
        }
        Cursor = page.GetText("cursor");
        return messages.Length;
    }
}

/// <summary>What the tests look at of a message.</summary>
internal sealed record MessageRow(string Id, long Seq, string From, string To, string Content);
