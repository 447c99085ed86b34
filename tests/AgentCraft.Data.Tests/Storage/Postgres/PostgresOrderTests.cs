using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>Numbers are drawn before commits, so that a later number could be seen first; a reader's cursor would pass the earlier one for ever.</summary>
public sealed class PostgresOrderTests : PostgresTests
{
    [Fact]
    public async Task A_row_with_a_later_number_is_not_committed_before_one_with_an_earlier_number()
    {
        using ManualResetEventSlim inserted = new(), goOn = new();
        Task<long> first = Task.Run(() => One.Write(c =>
        {
            long seq = Rows.Append(c, "first", 1);
            inserted.Set();
            Assert.True(goOn.Wait(Limit));
            return seq;
        }));
        Assert.True(inserted.Wait(Limit));
        Task<long> second = Rows.Append(Two, "second", 1);
        await Eventually.Become(async () => await CountWaiting() == 1, Limit, "the second writer waits for the first one's commit");
        Assert.Equal(0, await Rows.Count(Two));
        goOn.Set();
        Assert.True(await first < await second);
        Assert.Equal(2, await Rows.Count(One));
    }

    [Fact]
    public async Task Eight_servers_that_write_at_once_leave_no_gap_behind_a_readers_cursor()
    {
        const int Writers = 8, Each = 60;
        Task writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(n => Open().Central).Select((database, n) => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
                await Rows.Append(database, $"w{n}", i);
        })));
        List<long> seen = [];
        do
        {
            bool last = writing.IsCompleted;
            long after = seen.LastOrDefault();
            seen.AddRange(await One.Read(c => c.Query<long>("SELECT seq FROM test_rows WHERE seq > @After ORDER BY seq", new { After = after })));
            if (last)
                break;
        }
        while (true);
        await writing;
        Assert.Equal(await One.Read(c => c.Query<long>("SELECT seq FROM test_rows ORDER BY seq")), seen);
        Assert.Equal(Writers * Each, seen.Count);
    }

    [Fact]
    public async Task What_one_agent_writes_of_its_own_does_not_wait_for_another_or_for_the_central_rows()
    {
        using ManualResetEventSlim begun = new(), goOn = new();
        AgentCraft.Data.Storage.Databases databases = Open();
        Task<int> holding = Task.Run(() => databases.Agent("ann", "default").Write(c =>
        {
            begun.Set();
            return goOn.Wait(Limit) ? 1 : 0;
        }));
        Assert.True(begun.Wait(Limit));
        Assert.Equal(2, await databases.Agent("bob", "default").Write(c => 2));
        Assert.Equal(3, await databases.Central.Write(c => 3));
        goOn.Set();
        Assert.Equal(1, await holding);
    }
}
