using AgentCraft.Data.Handovers;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Handovers;

/// <summary>Takes over a published hand-over, or sends it back.</summary>
internal static class DecisionForms
{
    public static Html Of(Handover handover, PageRequest request) => handover.Status != HandoverStatus.Published ? Html.None
        : request.Writer is null ? Reader(request) : Html.Of($"""
        <section aria-labelledby="decide"><h2 id="decide">Decide, as <bdi>{request.Writer}</bdi></h2>
        <div class="columns">
        <form class="write" method="post" action="{Link.To($"/handovers/{handover.Id}/accept")}">{request.FormToken}
        <label for="corrections">What you found to be otherwise (may stay empty)</label>
        <textarea id="corrections" name="corrections" rows="3" maxlength="20000"></textarea>
        <p class="row"><button>Accept</button></p></form>
        <form class="write" method="post" action="{Link.To($"/handovers/{handover.Id}/reject")}">{request.FormToken}
        <label for="reason">What its author must mend</label>
        <textarea id="reason" name="reason" rows="3" maxlength="20000" required></textarea>
        <p class="row"><button class="grave">Reject</button></p></form>
        </div></section>
        """);

    private static Html Reader(PageRequest request) => request.Visitor.Principal is null
        ? Html.Of($"<p class=\"faint\">To accept or reject it, <a href=\"/sign-in\">sign in</a> with a token.</p>")
        : Html.Of($"<p class=\"faint\">Your token only reads.</p>");
}
