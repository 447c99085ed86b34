using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Metrics;

/// <summary>On SQLite alone: PostgreSQL's times are the server's, which no test turns; what its SQL answers is in the contract tests.</summary>
public sealed class MetricBucketsTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), _time);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Theory, InlineData(ListOrder.Asc), InlineData(ListOrder.Desc)]
    public async Task Hours_come_in_pages_that_stay_right_while_values_are_added(ListOrder order)
    {
        DateTimeOffset begin = await Record(hours: 5);
        List<(DateTimeOffset From, long Count, double Mean)> seen = [];
        MetricQuery query = new() { Names = ["ms"], Bucket = BucketSize.Hour, Order = order, Limit = 2, Range = new(begin, null) };
        MetricSeries page;
        do
        {
            page = await _stores.MetricReports.Query(query);
            seen.AddRange(page.Buckets!.Select(bucket => (bucket.From, bucket.Count, bucket.Mean)));
            query = query with { Cursor = page.Cursor };
            if (order == ListOrder.Desc)
                await Record("ms", 99);
        }
        while (page.HasMore);
        List<(DateTimeOffset, long, double)> expected = [.. Enumerable.Range(0, 5).Select(hour => (begin.AddHours(hour), 2L, hour + 0.5))];
        Assert.Equal(order == ListOrder.Asc ? expected : [.. expected.AsEnumerable().Reverse()], seen);
    }

    [Fact]
    public async Task A_range_takes_its_beginning_and_leaves_its_end_even_after_the_clock_was_set_back()
    {
        DateTimeOffset begin = await Record(hours: 3);
        _time.SetWallClock(TimeSpan.FromMinutes(-270));
        await Record("ms", 99);
        MetricQuery query = new() { Names = ["ms"], Range = new(begin.AddHours(1), begin.AddHours(2)), Order = ListOrder.Asc };
        MetricSeries found = await _stores.MetricReports.Query(query);
        Assert.Equal([1.0, 2.0], found.Values!.Select(value => value.Value));
        Assert.Equal(2, found.Total);
        Assert.Equal(2, Assert.Single((await _stores.MetricReports.Query(query with { Bucket = BucketSize.All })).Buckets!).Count);
        Assert.Equal(99, Assert.Single((await _stores.MetricReports.Query(query with { Range = new(null, begin) })).Values!).Value);
    }

    /// <summary>Twice an hour, the hour and the hour plus one; returns the first hour.</summary>
    private async Task<DateTimeOffset> Record(int hours)
    {
        DateTimeOffset now = _time.GetUtcNow(), begin = new(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        begin = begin.AddHours(1);
        _time.Advance(begin - now);
        for (int hour = 0; hour < hours; hour++)
        {
            await Record("ms", hour);
            _time.Advance(TimeSpan.FromMinutes(30));
            await Record("ms", hour + 1);
            _time.Advance(TimeSpan.FromMinutes(30));
        }
        return begin;
    }

    private Task Record(string name, double value) =>
        _stores.Metrics.Append(new() { Agent = "alice", Values = [new() { Name = name, Value = value }] }, idempotencyKey: null);
}
