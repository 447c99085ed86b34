using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Projects;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Charts;

/// <summary>What was spent, by whom, and which metrics there are.</summary>
internal sealed class ChartsPage(Stores stores)
{
    private const int MostAgents = 20;
    private const int MostProjects = 20;
    private const int MostValues = 60;

    private sealed record View(IReadOnlyList<AgentLine> Agents, IReadOnlyList<Project> Projects, MetricPage Metrics, IReadOnlyList<IReadOnlyList<ChartPoint>> Lines);

    public async Task<Page> Get(PageRequest request)
    {
        MetricPage metrics = await stores.MetricReports.List(new() { Cursor = request.Cursor }, request.Gone);
        List<IReadOnlyList<ChartPoint>> lines = [];
        foreach (KnownMetric metric in metrics.Metrics)
            lines.Add(await LastValues(metric.Name, request.Gone));
        ProjectPage projects = await stores.Projects.List(new() { Limit = MostProjects }, request.Gone);
        View view = new(await stores.AgentBoard.ListDearest(MostAgents, request.Gone), projects.Projects, metrics, lines);
        return new("Metrics and cost", "/charts", Html.Of($"""
            <div id="charts" data-refresh>
            {Html.If(request.Cursor is null, () => Costs(view))}
            {Metrics(view, request)}
            </div>
            """))
        { Stream = StreamEndpoint.Address() };
    }

    private async Task<IReadOnlyList<ChartPoint>> LastValues(string metric, CancellationToken gone)
    {
        MetricSeries series = await stores.MetricReports.Query(new() { Names = [metric], Limit = MostValues }, gone);
        return [.. series.Values!.Reverse().Select(value => new ChartPoint(value.RecordedAt, value.Value, value.Value, value.Value))];
    }

    private static Html Costs(View view) => Html.Of($"""
        <div class="columns">
        <section aria-labelledby="by-agent"><h2 id="by-agent">Cost by agent</h2>
        {(view.Agents.Count == 0 ? Parts.Empty("Nobody has told of any use yet.") : Bars("Cost by agent", "Agent", view.Agents, one => (Parts.Agent(one.Name), one.CostUsd, one.Tokens)))}
        </section>
        <section aria-labelledby="by-project"><h2 id="by-project">Cost by project</h2>
        {Bars("Cost by project", "Project", view.Projects, one => (Html.Of($"<bdi>{one.Name}</bdi>"), one.CostUsd, one.Tokens))}
        </section>
        </div>
        """);

    private static Html Bars<T>(string caption, string what, IReadOnlyList<T> items, Func<T, (Html Name, decimal Cost, long Tokens)> of)
    {
        decimal mostCost = items.Count == 0 ? 0 : items.Max(item => of(item).Cost);
        long mostTokens = items.Count == 0 ? 0 : items.Max(item => of(item).Tokens);
        return new Table(caption, [what, "Share", "#Cost", "#Tokens"]).Rows(items, item =>
        {
            (Html name, decimal cost, long tokens) = of(item);
            double share = mostCost > 0 ? (double)(cost / mostCost) : mostTokens > 0 ? (double)tokens / mostTokens : 0;
            return [name, LineChart.Bar(share), Html.Of($"{Parts.Dollars(cost)}"), Html.Of($"{Parts.Number(tokens)}")];
        }).Markup;
    }

    private static Html Metrics(View view, PageRequest request) => Html.Of($"""
        <section aria-labelledby="metrics"><h2 id="metrics">Metrics</h2>
        {(view.Metrics.Metrics.Count == 0 ? Parts.Empty("Nothing was measured yet.") : new Table($"{Parts.Count(view.Metrics.Total, "metric")}, the earliest recorded first", ["Name", "Last values", "#Last", "Unit", "By", "When", "#Values"], isCaptionShown: true)
            .Rows(view.Metrics.Metrics.Zip(view.Lines), metric => Row(metric.First, metric.Second, request.Now)).Markup)}
        {Parts.Pager(Link.To($"/charts"), view.Metrics.Cursor, view.Metrics.HasMore, request.Cursor is null, "More")}
        </section>
        """);

    private static Html[] Row(KnownMetric metric, IReadOnlyList<ChartPoint> line, DateTimeOffset now) =>
    [
        Html.Of($"<a href=\"{Link.To($"/charts/metric").With("name", metric.Name)}\">{metric.Name}</a>"), LineChart.Spark(line), Html.Of($"{Parts.Number(metric.LastValue)}"),
        Html.Of($"{metric.Unit}"), Parts.Agent(metric.LastAgent), Parts.Time(metric.LastAt, now), Html.Of($"{Parts.Number(metric.Count)}"),
    ];
}
