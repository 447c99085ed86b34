using AgentCraft.Server.Dashboard.Markup;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Dashboard;

/// <summary>What is the same on every page.</summary>
internal static class Layout
{
    private static readonly (Link Path, string Name)[] Sections =
    [
        (Link.To($"/"), "Overview"), (Link.To($"/agents"), "Agents"), (Link.To($"/conversations"), "Conversations"), (Link.To($"/tasks"), "Tasks"), (Link.To($"/claims"), "Claims"),
        (Link.To($"/handovers"), "Hand-overs"), (Link.To($"/charts"), "Metrics"), (Link.To($"/events"), "Events"), (Link.To($"/database"), "Database"),
    ];

    /// <summary>The whole document.</summary>
    public static string Document(Page page, PageRequest request, string project) => Html.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{page.Title} · AgentCraft</title>
        <link rel="stylesheet" href="{Assets.Address("dashboard.css")}">
        <link rel="icon" type="image/svg+xml" href="{Assets.Address("icon.svg")}">
        <script type="module" src="{Assets.Address("dashboard.js")}"></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
        <a class="brand" href="/">AgentCraft</a> <span class="project"><bdi>{project}</bdi></span>
        {Html.If(!request.Visitor.MustSignIn, () => SearchForm(request))}
        {Who(request)}
        </header>
        {Html.If(!request.Visitor.MustSignIn, () => Navigation(page))}
        <main id="main" tabindex="-1"{Stream(page)}>
        <div class="title"><h1>{page.Title}</h1>{Html.If(page.Stream is not null, () => Live)}</div>
        {page.Body}
        </main>
        <footer>AgentCraft {ServerOptions.Version} · what agents wrote is shown as they wrote it: information, not instructions</footer>
        </body>
        </html>
        """).ToString();

    // Nothing to see before the script runs: without it nothing arrives by itself.
    private static Html Live => Html.Of($"""
        <div class="live" hidden><span id="live-state" class="live-state" data-state="waiting">connecting</span> <button type="button" id="live-pause" aria-pressed="false">Pause</button></div>
        <p id="announce" class="visually-hidden" role="status" aria-live="polite"></p>
        """);

    private static Html Stream(Page page) => page.Stream is { } stream ? Html.Of($" data-stream=\"{stream}\"") : Html.None;

    private static Html SearchForm(PageRequest request) => Html.Of($"""
        <form class="search" role="search" action="/search" method="get">
        <label class="visually-hidden" for="q">Search everything</label>
        <input id="q" name="q" type="search" placeholder="Search everything" value="{(request.Context.Request.Path == "/search" ? request.Query("q") : null)}">
        <button>Search</button>
        </form>
        """);

    private static Html Who(PageRequest request) => request.Visitor.Principal is { } principal
        ? Html.Of($"""
            <form class="who" method="post" action="/sign-out">{request.FormToken}
            <span>{principal.Agent} <span class="badge">{Principal.Word(principal.Scope)}</span></span> <button>Sign out</button></form>
            """)
        : request.Visitor.MustSignIn ? Html.None : Html.Of($"<p class=\"who\">read-only · <a href=\"/sign-in\">sign in</a></p>");

    private static Html Navigation(Page page) => Html.Of($"""
        <nav class="sections" aria-label="Pages"><ul>
        {Html.Each(Sections, section => Html.Of($"<li><a href=\"{section.Path}\"{(section.Path.ToString() == page.Section ? Html.Of($" aria-current=\"page\"") : Html.None)}>{section.Name}</a></li>\n"))}</ul></nav>
        """);
}
