using System.Globalization;
using System.Text;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Charts;

/// <summary>A point of a line, with the least and the greatest around it.</summary>
internal readonly record struct ChartPoint(DateTimeOffset At, double Value, double Min, double Max);

/// <summary>
/// Numbers over time as a picture. It stretches to the room there is; what is to be read stands beside it, so that it is not stretched.
/// </summary>
internal static class LineChart
{
    private const double Width = 600;
    private const double Height = 160;
    private const double Margin = 4;

    /// <summary>The chart with its scales.</summary>
    /// <param name="title">What it shows, for who does not see it.</param>
    /// <param name="points">In the order of time.</param>
    public static Html Of(string title, IReadOnlyList<ChartPoint> points)
    {
        if (points.Count == 0)
            return Parts.Empty("No values in this time.");
        if (points.Count == 1)
            points = [points[0], points[0] with { At = points[0].At.AddMinutes(1) }]; // All across, at its height.
        double low = points.Min(p => p.Min), high = points.Max(p => p.Max);
        return Html.Of($"""
            <figure class="chart">
            <div class="scale" aria-hidden="true"><span>{Parts.Number(high)}</span><span>{Parts.Number(low)}</span></div>
            <svg viewBox="0 0 600 160" preserveAspectRatio="none" role="img" aria-label="{title}: from {Parts.Number(low)} to {Parts.Number(high)}, the last {Parts.Number(points[^1].Value)}">
            {Drawing(points, low, high)}
            </svg>
            <div class="times" aria-hidden="true"><span>{Parts.Moment(points[0].At)}</span><span>{Parts.Moment(points[^1].At)}</span></div>
            </figure>
            """);
    }

    /// <summary>The line alone, small, beside its number.</summary>
    public static Html Spark(IReadOnlyList<ChartPoint> points) => points.Count < 2 ? Html.None : Html.Of($"""
        <svg class="spark" viewBox="0 0 600 160" preserveAspectRatio="none" aria-hidden="true" focusable="false">{Line(points, points.Min(p => p.Value), points.Max(p => p.Value))}</svg>
        """);

    /// <summary>A bar for a share of the greatest.</summary>
    public static Html Bar(double share) => Html.Of($"""
        <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar-back" width="100" height="10"/><rect class="bar-fill" width="{(long)Math.Round(Math.Clamp(share, 0, 1) * 100)}" height="10"/></svg>
        """);

    private static Html Drawing(IReadOnlyList<ChartPoint> points, double low, double high)
    {
        Html band = points.Any(p => p.Min < p.Max) ? Html.Of($"<polygon class=\"band\" points=\"{Band(points, low, high)}\"/>") : Html.None;
        return Html.Of($"{band}{Line(points, low, high)}");
    }

    private static Html Line(IReadOnlyList<ChartPoint> points, double low, double high) =>
        Html.Of($"<polyline class=\"curve\" points=\"{Path(points, points, p => p.Value, low, high)}\"/>");

    private static string Band(IReadOnlyList<ChartPoint> points, double low, double high) =>
        $"{Path(points, points, p => p.Max, low, high)} {Path(points, points.Reverse(), p => p.Min, low, high)}";

    private static string Path(IReadOnlyList<ChartPoint> all, IEnumerable<ChartPoint> way, Func<ChartPoint, double> value, double low, double high)
    {
        TimeSpan length = all[^1].At - all[0].At;
        StringBuilder path = new();
        foreach (ChartPoint point in way)
        {
            double place = length > TimeSpan.Zero ? (point.At - all[0].At) / length : 0.5;
            double height = high > low ? (value(point) - low) / (high - low) : 0.5;
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "" : " ")}{place * Width:0.#},{Height - Margin - (height * (Height - (2 * Margin))):0.#}");
        }
        return path.ToString();
    }
}
