using AgentCraft.Data;
using AgentCraft.Data.Claims;
using AgentCraft.Server.Dashboard.Live;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Claims;

/// <summary>Who works on which paths.</summary>
internal sealed class ClaimsPage(Stores stores)
{
    private const int Limit = 50;

    public async Task<Page> Get(PageRequest request)
    {
        bool all = request.Query("all") is not null;
        ClaimPage page = await stores.Claims.List(new() { IncludeEnded = all, Limit = Limit, Cursor = request.Cursor }, request.Gone);
        return new("Claims", "/claims", Body(page, all, request)) { Stream = StreamEndpoint.Address() };
    }

    private static Html Body(ClaimPage page, bool all, PageRequest request) => Html.Of($"""
        <ul class="tabs"><li><a href="/claims"{Current(!all)}>Live</a></li><li><a href="/claims?all=1"{Current(all)}>All</a></li></ul>
        <div id="claims" data-refresh>
        {(page.Claims.Count == 0 ? Parts.Empty(all ? "Nothing was claimed yet." : "Nothing is claimed.") : Rows(page, request.Now))}
        {Parts.Pager(Link.To($"/claims").With("all", all ? "1" : null), page.Cursor, page.HasMore, request.Cursor is null, "Newer")}
        </div>
        """);

    private static Html Rows(ClaimPage page, DateTimeOffset now) => new Table($"{Parts.Count(page.Total, "claim")}, the oldest first", ["Path", "Kind", "Agent", "Why", "Since", "Until"], isCaptionShown: true)
        .Rows(page.Claims, claim =>
        [
            Html.Of($"<code>{claim.Pattern}</code>"), Parts.Badge(claim.Exclusive ? "exclusive" : "shared"), Parts.Agent(claim.Agent),
            Html.Of($"<span dir=\"auto\">{ActivityItem.Shorten(claim.Reason)}</span>"), Parts.Time(claim.CreatedAt, now),
            claim.ReleasedAt is { } released ? Html.Of($"released {Parts.Time(released, now)}") : Parts.Time(claim.ExpiresAt, now),
        ]).Markup;

    private static Html Current(bool isIt) => isIt ? Html.Of($" aria-current=\"true\"") : Html.None;
}
