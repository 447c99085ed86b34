using System.Globalization;
using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Data.Handovers;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Handovers;

/// <summary>A version of a hand-over: what it says, what its rules say, what moved since, and how it differs from another version.</summary>
internal sealed class HandoverPage(Stores stores)
{
    private const int MostVersions = 50;

    private sealed record View(Takeover Takeover, IReadOnlyList<HandoverItem> Versions, long Total, HandoverDiff? Diff);

    public async Task<Page> Get(PageRequest request)
    {
        string id = request.Route("id");
        Takeover takeover = await stores.Handovers.Get(id, Number(request, "version"), caller: null, request.Gone);
        AgentCraft.Data.Handovers.HandoverPage versions = await stores.Handovers.List(new() { Id = id, Limit = MostVersions }, request.Gone);
        HandoverDiff? diff = Number(request, "compare") is { } other ? await stores.Handovers.Compare(id, other, takeover.Handover.Version, request.Gone) : null;
        return new(takeover.Handover.Title, "/handovers", Body(new(takeover, versions.Handovers, versions.Total, diff), request)) { Stream = StreamEndpoint.Address(kind: ActivityKind.Handover) };
    }

    private static int? Number(PageRequest request, string name) => request.Query(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{name} is no version: '{Text.Shown(text, 20)}'.", "Versions are counted from 1.");

    private static Html Body(View view, PageRequest request) => Html.Of($"""
        <div id="handover" data-refresh>
        {Facts(view.Takeover.Handover, request.Now)}
        {Html.If(view.Takeover.Warnings.Count > 0, () => Html.Of($"<section class=\"notice\" aria-labelledby=\"moved\"><h2 id=\"moved\">What moved since</h2><ul>{Html.Each(view.Takeover.Warnings, warning => Html.Of($"<li>{warning}</li>"))}</ul></section>"))}
        </div>
        {DecisionForms.Of(view.Takeover.Handover, request)}
        {Html.If(view.Diff is not null, () => DiffView.Of(view.Diff!))}
        <section aria-labelledby="document"><h2 id="document">What it says</h2>
        <article class="markdown" dir="auto">{HandoverText.Of(view.Takeover.Handover.Content)}</article>
        <details><summary>Its source</summary><pre tabindex="0" role="region" aria-label="Source">{view.Takeover.Handover.Content}</pre></details>
        </section>
        {Rules(view.Takeover)}
        {Versions(view, request.Now)}
        """);

    private static Html Facts(Handover h, DateTimeOffset now) => Html.Of($"""
        <dl class="facts">
        {Fact("Status", Html.Of($"{Parts.Badge(h.Status)} version {h.Version}"))}
        {Fact("Rules", Parts.Badge(h.ValidationStatus))}
        {Fact("Author", Parts.Agent(h.Author))}
        {Fact("Made", Parts.Time(h.CreatedAt, now))}
        {Html.If(h.PublishedAt is not null, () => Fact("Published", Html.Of($"{Parts.Time(h.PublishedAt, now)} {Html.If(h.FilePath is not null, () => Html.Of($"to <code>{h.FilePath}</code>"))}")))}
        {Fact("Template", Html.Of($"{h.Template}"))}
        {Html.If(h.Branch is not null, () => Fact("Branch", Html.Of($"<code>{h.Branch}</code> {Html.If(h.CommitId is not null, () => Html.Of($"at <code>{Text.Shown(h.CommitId!, 12)}</code>"))}")))}
        {(h.Decision is { } decision ? Fact("Decided", Html.Of($"{Parts.Agent(decision.By)} {Parts.Time(decision.At, now)} <span class=\"words\" dir=\"auto\">{decision.Note}</span>")) : Html.None)}
        </dl>
        """);

    private static Html Rules(Takeover takeover) => Html.Of($"""
        <section aria-labelledby="rules"><h2 id="rules">What its rules say</h2>
        {(takeover.Validation.Count == 0 ? Parts.Empty("It was not checked.") : new Table("Rules", ["Rule", "Result", "#Line", "What was found"])
            .Rows(takeover.Validation.OrderBy(rule => rule.Status == RuleStatus.Passed), rule => [Html.Of($"{rule.RuleName}"), Parts.Badge(rule.Status), Html.Of($"{(rule.Line is { } line ? Parts.Number(line) : "")}"), Html.Of($"<span dir=\"auto\">{rule.Message}</span>")]).Markup)}
        </section>
        """);

    private static Html Versions(View view, DateTimeOffset now) => Html.Of($"""
        <section aria-labelledby="versions"><h2 id="versions">Versions</h2>
        {new Table("Versions", ["Version", "Status", "Rules", "Author", "Made", "Compare"]).Rows(view.Versions, item => Version(item, view.Takeover.Handover, now)).Markup}
        {Html.If(view.Total > view.Versions.Count, () => Html.Of($"<p class=\"faint\">and {Parts.Number(view.Total - view.Versions.Count)} older ones</p>"))}
        </section>
        """);

    private static Html[] Version(HandoverItem item, Handover shown, DateTimeOffset now)
    {
        Link page = Link.To($"/handovers/{item.Id}");
        return
        [
            Html.Of($"<a href=\"{page.With("version", $"{item.Version}")}\"{(item.Version == shown.Version ? Html.Of($" aria-current=\"true\"") : Html.None)}>{item.Version}</a>"),
            Parts.Badge(item.Status), Parts.Badge(item.ValidationStatus), Parts.Agent(item.Author), Parts.Time(item.CreatedAt, now),
            item.Version == shown.Version ? Html.Of($"<span class=\"faint\">this one</span>")
                : Html.Of($"<a href=\"{page.With("version", $"{shown.Version}").With("compare", $"{item.Version}")}\">what changed from {item.Version} to {shown.Version}</a>"),
        ];
    }

    private static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");
}
