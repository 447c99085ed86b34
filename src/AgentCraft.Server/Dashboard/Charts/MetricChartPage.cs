using AgentCraft.Data;
using AgentCraft.Data.Metrics;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Charts;

/// <summary>A metric over time: a line for the mean of each stretch, between the least and the greatest.</summary>
internal sealed class MetricChartPage(Stores stores)
{
    private static readonly (BucketSize Size, TimeSpan Length, string Name)[] Ranges =
    [
        (BucketSize.Minute, TimeSpan.FromHours(2), "2 hours"), (BucketSize.Hour, TimeSpan.FromDays(3), "3 days"),
        (BucketSize.Day, TimeSpan.FromDays(90), "90 days"), (BucketSize.Month, TimeSpan.FromDays(3650), "10 years"),
    ];

    public async Task<Page> Get(PageRequest request)
    {
        string name = request.Query("name") ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, "Which metric?", "Choose one from the list of metrics.");
        BucketSize chosen = request.Query<BucketSize>("by") is { } by && by != BucketSize.All ? by : await FindShortest(name, request);
        TimeSpan length = Ranges.First(range => range.Size == chosen).Length;
        MetricSeries series = await stores.MetricReports.Query(
            new() { Names = [name], Bucket = chosen, Limit = Paging.LargestLimit, Range = new(request.Now - length, null) }, request.Gone);
        return new(name, "/charts", Html.Of($"""
            <p><a href="/charts">All metrics</a></p>
            <ul class="tabs">{Html.Each(Ranges, range => Html.Of($"<li><a href=\"{Link.To($"/charts/metric").With("name", name).With("by", Parts.Word(range.Size))}\"{(range.Size == chosen ? Html.Of($" aria-current=\"true\"") : Html.None)}>{range.Name}</a></li>"))}</ul>
            <div id="metric" data-refresh>
            {(series.Buckets is { Count: > 0 } buckets ? Html.Each(buckets.GroupBy(bucket => bucket.Unit), unit => Unit(name, unit.Key, [.. unit])) : Parts.Empty("No values in this time."))}
            </div>
            """))
        { Stream = StreamEndpoint.Address() };
    }

    /// <summary>The shortest time that has something in it.</summary>
    private async Task<BucketSize> FindShortest(string name, PageRequest request)
    {
        MetricSeries last = await stores.MetricReports.Query(new() { Names = [name], Limit = 1 }, request.Gone);
        return Ranges.FirstOrDefault(range => last.Values!.Any(value => request.Now - value.RecordedAt < range.Length), Ranges[^1]).Size;
    }

    private static Html Unit(string name, string? unit, IReadOnlyList<MetricBucket> newestFirst) => Html.Of($"""
        <section><h2>{(unit is null ? "Without a unit" : $"In {unit}")}</h2>
        {LineChart.Of($"{name}{(unit is null ? "" : $" in {unit}")}", [.. newestFirst.Reverse().Select(bucket => new ChartPoint(bucket.From, bucket.Mean, bucket.Min, bucket.Max))])}
        {new Table($"{name}, the newest first", ["From", "#Values", "#Least", "#Median", "#Mean", "#95 %", "#Greatest"]).Rows(newestFirst, Row).Markup}
        </section>
        """);

    private static Html[] Row(MetricBucket bucket) =>
    [
        Html.Of($"{Parts.Moment(bucket.From)}"), Html.Of($"{Parts.Number(bucket.Count)}"), Html.Of($"{Parts.Number(bucket.Min)}"), Html.Of($"{Parts.Number(bucket.P50)}"),
        Html.Of($"{Parts.Number(bucket.Mean)}"), Html.Of($"{Parts.Number(bucket.P95)}"), Html.Of($"{Parts.Number(bucket.Max)}"),
    ];
}
