using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Metrics;

/// <summary>
/// Values by stretches of time. A bucket is the beginning of the text of its times, so that both engines agree on it; a page has whole times
/// only, and its cursor is the last one's.
/// </summary>
internal static class MetricBuckets
{
    private const string Zero = "0001-01-01T00:00:00.000Z";

    // Sums of such values may overflow where their mean does not, and quotients of small ones underflow, which PostgreSQL refuses.
    private const string Huge = "1e290";

    public static (MetricSeries Page, long? End) Page(Connection c, MetricQuery query, BucketSize size, List<MetricSelection> selections, long? after)
    {
        int length = Length(size);
        List<string> all = [.. selections.SelectMany(selection => Beginnings(c, selection, length)).Distinct()];
        IEnumerable<string> rest = all.Where(time => after is not { } last || (query.NewestFirst ? Milliseconds(time) < last : Milliseconds(time) > last));
        List<string> page = [.. (query.NewestFirst ? rest.OrderByDescending(time => time, StringComparer.Ordinal) : rest.Order(StringComparer.Ordinal)).Take(query.Limit + 1)];
        bool hasMore = Paging.CutToPage(page, query.Limit);
        List<MetricBucket> buckets = page.Count == 0 ? [] : [.. selections.SelectMany(selection => Aggregate(c, selection, length, page))];
        IOrderedEnumerable<MetricBucket> ordered = query.NewestFirst && size != BucketSize.All ? buckets.OrderByDescending(b => b.From) : buckets.OrderBy(b => size == BucketSize.All ? default : b.From);
        return (new()
        {
            Buckets = [.. ordered.ThenBy(b => b.Name, StringComparer.Ordinal).ThenBy(b => b.Agent, StringComparer.Ordinal).ThenBy(b => b.Unit, StringComparer.Ordinal)],
            Total = all.Count,
            HasMore = hasMore,
        }, page.Count == 0 ? null : Milliseconds(page[^1]));
    }

    private static List<string> Beginnings(Connection c, MetricSelection selection, int length) =>
        c.Query<string>($"SELECT DISTINCT substr(m.recorded_at, 1, {length}) FROM agent_metrics m WHERE {selection.Where}", selection);

    private static IEnumerable<MetricBucket> Aggregate(Connection c, MetricSelection selection, int length, List<string> page)
    {
        string first = page.Min(StringComparer.Ordinal)!, last = page.Max(StringComparer.Ordinal)!;
        List<Row> rows = c.Query<Row>($"""
            SELECT r.bucket, r.unit, r.count, min(r.recorded_at) AS first_at, min(r.value) AS min, max(r.value) AS max,
                   COALESCE(sum(CASE WHEN abs(r.value) < {Huge} THEN r.value END), 0.0) AS sum,
                   COALESCE(sum(CASE WHEN abs(r.value) >= {Huge} THEN r.value / r.count END), 0.0) AS huge_mean,
                   max(CASE WHEN r.place = (r.count * 50 + 99) / 100 THEN r.value END) AS p50,
                   max(CASE WHEN r.place = (r.count * 95 + 99) / 100 THEN r.value END) AS p95
            FROM (SELECT b.bucket, b.unit, b.value, b.recorded_at, row_number() OVER (PARTITION BY b.bucket, b.unit ORDER BY b.value) AS place,
                         count(*) OVER (PARTITION BY b.bucket, b.unit) AS count
                  FROM (SELECT substr(m.recorded_at, 1, {length}) AS bucket, m.unit, m.value, m.recorded_at
                        FROM agent_metrics m WHERE {selection.Where} AND m.recorded_at >= @First AND m.recorded_at < @Last) b) r
            GROUP BY r.bucket, r.unit, r.count
            """,
            new { selection.Name, selection.Agent, selection.Session, selection.Since, selection.Until, First = first, Last = last + "~" });
        return rows.Select(row => row.ToBucket(selection, length));
    }

    private static int Length(BucketSize size) => size switch
    {
        BucketSize.Minute => "2026-11-21T09:30".Length,
        BucketSize.Hour => "2026-11-21T09".Length,
        BucketSize.Day => "2026-11-21".Length,
        BucketSize.Month => "2026-11".Length,
        _ => 0,
    };

    private static DateTimeOffset Begin(string bucket) => Times.Parse(bucket + Zero[bucket.Length..]);

    private static long Milliseconds(string bucket) => Math.Max(0, Begin(bucket).ToUnixTimeMilliseconds());

    private sealed class Row
    {
        public string Bucket { get; init; } = "";
        public string? Unit { get; init; }
        public long Count { get; init; }
        public DateTimeOffset FirstAt { get; init; }
        public double Min { get; init; }
        public double Max { get; init; }
        public double Sum { get; init; }
        public double HugeMean { get; init; }
        public double P50 { get; init; }
        public double P95 { get; init; }

        public MetricBucket ToBucket(MetricSelection selection, int length) => new()
        {
            From = length == 0 ? FirstAt : Begin(Bucket),
            Name = selection.Name,
            Unit = Unit,
            Agent = selection.AgentName,
            Count = Count,
            Min = Min,
            Max = Max,
            Mean = Math.Clamp((Sum / Count) + HugeMean, Min, Max),
            P50 = P50,
            P95 = P95,
        };
    }
}
