using System.Diagnostics;
using AgentCraft.Data.Monitoring;

namespace AgentCraft.Data.Tests.Monitoring;

public sealed class HistogramTests
{
    private static long Ms(double ms) => (long)(ms * Stopwatch.Frequency / 1000);

    [Fact]
    public void Each_duration_is_in_the_bucket_whose_bound_it_does_not_exceed()
    {
        Histogram histogram = new();
        foreach (double ms in new[] { 0, 0.05, 0.06, 1, 1.0001, 30_000, 30_001, 1e9 })
            histogram.Add(Ms(ms));
        DurationStats stats = DurationStats.Of(histogram.Read());
        Assert.Equal([(0.05, 2), (0.1, 1), (1, 1), (2.5, 1), (30_000, 1), (null, 2)], stats.Buckets.Select(bucket => ((double?)bucket.UpToMs, bucket.Count)));
        Assert.Equal(8, stats.Count);
    }

    [Fact]
    public void Parts_of_a_hundred_lie_within_their_bucket_and_those_over_every_bound_at_the_last()
    {
        Histogram histogram = new();
        for (int i = 0; i < 99; i++)
            histogram.Add(Ms(2));
        histogram.Add(Ms(60_000));
        DurationStats stats = DurationStats.Of(histogram.Read());
        Assert.InRange(stats.P50Ms, 1, 2.5);
        Assert.InRange(stats.P99Ms, 1, 2.5);
        Assert.InRange(stats.MeanMs, 600, 603);
        histogram.Add(Ms(60_000));
        Assert.Equal(30_000, histogram.Read().Quantile(0.99));
        Assert.Equal((0, 0, 0), (Durations.None.Quantile(0.99), DurationStats.Of(Durations.None).MeanMs, DurationStats.Of(Durations.None).Buckets.Count));
    }

    [Fact]
    public void Of_many_threads_at_once_none_is_lost()
    {
        Histogram histogram = new();
        Parallel.For(0, 8, thread =>
        {
            for (int i = 0; i < 50_000; i++)
                histogram.Add(Ms(thread));
        });
        Durations read = histogram.Read();
        Assert.Equal(400_000, read.Count);
        Assert.Equal(50_000 * 28, read.TotalMs, tolerance: 1);
    }

    [Fact]
    public void What_came_since_and_what_others_counted_can_be_told()
    {
        Histogram histogram = new();
        histogram.Add(Ms(1));
        Durations before = histogram.Read();
        histogram.Add(Ms(100));
        Durations since = histogram.Read().Since(before);
        Assert.Equal((1, 100), (since.Count, since.TotalMs));
        Assert.Equal((2, 200), (since.Plus(since).Count, since.Plus(since).TotalMs));
        // Another version may have other buckets.
        Assert.Equal(since, since.Plus(new() { Counts = [7] }));
    }
}
