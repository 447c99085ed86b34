using AgentCraft.Data.Monitoring;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Database;

/// <summary>How the store fares: what is watched, what was crossed, what was slow.</summary>
internal static class MonitoringView
{
    private const int MostSlow = 10;
    private const int LongestStatement = 400;

    public static Html Of(MonitoringStats stats, DateTimeOffset now) => Html.Of($"""
        <section aria-labelledby="watched"><h2 id="watched">What is watched</h2>
        {new Table("What is watched", ["Name", "#Now", "#Threshold", "Setting"]).Rows(stats.Gauges, Gauge).Markup}
        {Html.If(stats.Note is not null, () => Html.Of($"<p class=\"faint\">{stats.Note}</p>"))}
        </section>
        {Html.If(stats.Alerts.Count > 0, () => Alerts(stats, now))}
        <section aria-labelledby="times"><h2 id="times">Servers</h2>
        {new Table("Writes of this server, in milliseconds", ["What", "#How many", "#Mean", "#Median", "#95 %", "#99 %"], isCaptionShown: true).Row(Durations("Waiting for their turn", stats.WriteWait)).Row(Durations("Commits", stats.Commit)).Markup}
        {Html.If(stats.Servers.Count > 0, () => Servers(stats, now))}
        <p class="faint">{Parts.Count(stats.Calls, "call")} answered{Failed(stats)}</p>
        </section>
        {Html.If(stats.SlowQueries.Count > 0, () => Slow(stats, now))}
        """);

    private static Html[] Gauge(Gauge gauge)
    {
        bool isBytes = gauge.Name.EndsWith("_bytes", StringComparison.Ordinal);
        return
        [
            Html.Of($"{gauge.Name}"), Html.Of($"{(gauge.Value is { } value ? Amount(value, isBytes) : "")}"),
            Html.Of($"{(gauge.Threshold > 0 ? Amount(gauge.Threshold, isBytes) : "none")}"), Html.Of($"<code>{gauge.Setting}</code>"),
        ];
    }

    private static string Amount(double value, bool isBytes) => isBytes ? Parts.Bytes((long)value) : Parts.Number(value);

    private static Html Alerts(MonitoringStats stats, DateTimeOffset now) => Html.Of($"""
        <section aria-labelledby="alerts"><h2 id="alerts">Thresholds that were crossed</h2>
        {new Table("Thresholds that were crossed", ["Name", "State", "#Then", "#Threshold", "Since", "#How often"]).Rows(stats.Alerts, alert => Alert(alert, now)).Markup}
        </section>
        """);

    private static Html[] Alert(Alert alert, DateTimeOffset now)
    {
        bool isBytes = alert.Name.EndsWith("_bytes", StringComparison.Ordinal);
        return
        [
            Html.Of($"{alert.Name}"), alert.Raised ? Parts.Badge("failed") : Html.Of($"over {Parts.Time(alert.ClearedAt, now)}"), Html.Of($"{Amount(alert.Value, isBytes)}"),
            Html.Of($"{Amount(alert.Threshold, isBytes)}"), Parts.Time(alert.RaisedAt, now), Html.Of($"{Parts.Number(alert.Crossings)}"),
        ];
    }

    private static Html Servers(MonitoringStats stats, DateTimeOffset now) => new Table("Servers", ["Process", "Machine", "Started", "Measured", "#Calls a minute", "#Errors a minute", "#Wait for writing, 99 %, ms"], isCaptionShown: true)
        .Rows(stats.Servers, one =>
        [
            Html.Of($"{one.Pid}"), Html.Of($"{one.Machine}"), Parts.Time(one.StartedAt, now), Parts.Time(one.MeasuredAt, now), Html.Of($"{Parts.Number(one.CallsPerMinute)}"),
            Html.Of($"{Parts.Number(one.ErrorsPerMinute)}"), Html.Of($"{Parts.Number(one.WriteWaitP99Ms)}"),
        ]).Markup;

    private static Html[] Durations(string what, DurationStats stats) =>
    [
        Html.Of($"{what}"), Html.Of($"{Parts.Number(stats.Count)}"), Html.Of($"{Parts.Number(stats.MeanMs)}"), Html.Of($"{Parts.Number(stats.P50Ms)}"),
        Html.Of($"{Parts.Number(stats.P95Ms)}"), Html.Of($"{Parts.Number(stats.P99Ms)}"),
    ];

    private static string Failed(MonitoringStats stats) => stats.Errors.Count == 0 ? "" : $"; failed: {string.Join(", ", stats.Errors.Select(error => $"{error.Key} {Parts.Number(error.Value)}"))}";

    private static Html Slow(MonitoringStats stats, DateTimeOffset now) => Html.Of($"""
        <section aria-labelledby="slow"><h2 id="slow">Slow statements</h2>
        {new Table("Slow statements", ["Statement", "#How often", "#Mean, ms", "#Longest, ms", "Last"]).Rows(stats.SlowQueries.Take(MostSlow), slow =>
        [
            Html.Of($"<code>{ActivityItem.Shorten(slow.Statement, LongestStatement)}</code>"), Html.Of($"{Parts.Number(slow.Calls)}"), Html.Of($"{Parts.Number(slow.MeanMs)}"),
            Html.Of($"{Parts.Number(slow.MaxMs)}"), Parts.Time(slow.LastAt, now),
        ]).Markup}
        </section>
        """);
}
