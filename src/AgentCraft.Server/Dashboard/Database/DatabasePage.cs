using AgentCraft.Data;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Database;

/// <summary>Whether the store is well: how large it is, what it stands on, which backups there are, and on request whether it is whole.</summary>
internal sealed class DatabasePage(Stores stores)
{
    private const int MostBackups = 10;

    private sealed record View(StoreStats Stats, IReadOnlyList<BackupSet>? Backups, CheckedStore? Checked);

    public async Task<Page> Get(PageRequest request)
    {
        // It reads all of the store: not for just anybody who may look.
        bool mayCheck = request.Visitor.Principal is null or { Scope: TokenScope.Admin };
        StoreStats stats = await stores.Statistics.Get(request.Gone);
        View view = new(stats, stats.Engine == "sqlite" ? (await stores.Backups.List(MostBackups, cursor: null, request.Gone)).Backups : null,
            mayCheck && request.Query("check") is not null ? await stores.Check.Verify(file: null, request.Gone) : null);
        return new("Database", "/database", Body(view, mayCheck, request.Now));
    }

    private static Html Body(View view, bool mayCheck, DateTimeOffset now) => Html.Of($"""
        {Facts(view.Stats, now)}
        <section aria-labelledby="whole"><h2 id="whole">Is it whole?</h2>
        {(view.Checked is { } found ? Verdict(found) : mayCheck
            ? Html.Of($"<form method=\"get\" action=\"/database\"><input type=\"hidden\" name=\"check\" value=\"1\"><button>Check all of it</button> <span class=\"faint\">reads every page, which takes a while</span></form>")
            : Html.Of($"<p class=\"faint\">Checking needs a token of scope admin.</p>"))}
        </section>
        <div class="columns">
        <section aria-labelledby="rows"><h2 id="rows">Rows</h2>{Rows(view.Stats.Rows)}</section>
        {Html.If(view.Stats.Agents.Largest is { Count: > 0 }, () => Largest(view.Stats.Agents))}
        </div>
        {MonitoringView.Of(view.Stats.Monitoring, now)}
        <section aria-labelledby="backups"><h2 id="backups">Backups</h2>
        {(view.Backups is null ? Parts.Empty("A database server is backed up by its own means.") : view.Backups.Count == 0 ? Parts.Empty("There is none: agentcraft backup create makes one.") : Backups(view.Backups, now))}
        </section>
        """);

    private static Html Facts(StoreStats stats, DateTimeOffset now) => Html.Of($"""
        <dl class="facts">
        {Fact("Engine", Html.Of($"{stats.Engine} {stats.EngineVersion}"))}
        {Html.If(stats.Central.Path is not null, () => Fact("File", Html.Of($"<code>{stats.Central.Path}</code>")))}
        {Fact("Size", Html.Of($"{Parts.Bytes(stats.Central.Bytes)}"))}
        {Html.If(stats.Central.LogBytes is not null, () => Fact("Its log", Html.Of($"{Parts.Bytes(stats.Central.LogBytes ?? 0)}")))}
        {Html.If(stats.Central.FreePages is not null, () => Fact("Free pages", Html.Of($"{Parts.Number(stats.Central.FreePages ?? 0)} of {Parts.Number(stats.Central.Pages ?? 0)}")))}
        {Fact("Agents' files", Html.Of($"{Parts.Bytes(stats.Agents.Bytes)}{(stats.Agents.Files is { } files ? $" in {Parts.Count(files, "file")}" : "")}"))}
        {Fact("Schema", Html.Of($"{string.Join(", ", stats.Schemas.Select(schema => $"{schema.Value} ({(schema.Key == "newestKnown" ? "newest known" : schema.Key)})"))}"))}
        {Fact("Maintenance", Parts.Time(stats.LastMaintenanceAt, now))}
        </dl>
        """);

    private static Html Verdict(CheckedStore found) => found.Ok
        ? Html.Of($"<p role=\"status\">{Parts.Badge("passed")} {Parts.Count(found.Checked, "database")} checked, nothing is wrong.</p>")
        : Html.Of($"""
            <p role="alert">{Parts.Badge("failed")} Something is wrong:</p>
            <ul>{Html.Each(found.Problems, problem => Html.Of($"<li><code>{problem.File}</code> {problem.Problem}</li>"))}</ul>
            {Html.If(found.MoreProblems > 0, () => Html.Of($"<p>and {Parts.Number(found.MoreProblems)} more.</p>"))}
            """);

    private static Html Rows(StoreRows rows) => new Table("Rows", ["Of what", "#How many"])
        .Rows(new (string Name, long Count)[]
        {
            ("Projects", rows.Projects), ("Agents", rows.Agents), ("Sessions", rows.Sessions), ("Messages", rows.Messages), ("Metrics", rows.Metrics),
            ("Events, at most", rows.NewestEvent), ("Tasks", rows.Tasks), ("Documents", rows.Documents),
        }, row => [Html.Of($"{row.Name}"), Html.Of($"{Parts.Number(row.Count)}")]).Markup;

    private static Html Largest(AgentFileStats agents) => Html.Of($"""
        <section aria-labelledby="largest"><h2 id="largest">Largest files of agents</h2>
        {new Table("Largest files of agents", ["Agent", "#Size", "#Log"]).Rows(agents.Largest!, file => [Parts.Agent(file.Agent), Html.Of($"{Parts.Bytes(file.Bytes)}"), Html.Of($"{Parts.Bytes(file.LogBytes)}")]).Markup}
        </section>
        """);

    private static Html Backups(IReadOnlyList<BackupSet> backups, DateTimeOffset now) => new Table("The newest backups", ["Name", "Made", "Why", "#Files", "#Size", "State"])
        .Rows(backups, one =>
        [
            Html.Of($"<code>{one.Name}</code>"), Parts.Time(one.CreatedAt, now), Html.Of($"{(one.Reason is { } reason ? Parts.Word(reason) : "")}"), Html.Of($"{Parts.Number(one.Files)}"),
            Html.Of($"{Parts.Bytes(one.Size)}"), one.Complete ? Parts.Badge("complete") : Html.Of($"{Parts.Badge("failed")} {one.Problem}"),
        ]).Markup;

    private static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");
}
