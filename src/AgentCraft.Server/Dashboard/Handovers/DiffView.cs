using AgentCraft.Data.Handovers;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Handovers;

/// <summary>How two versions differ, line by line.</summary>
internal static class DiffView
{
    private const int MostLines = 5000;

    public static Html Of(HandoverDiff diff) => Html.Of($"""
        <section aria-labelledby="diff"><h2 id="diff">From version {diff.From} to version {diff.To}</h2>
        <p class="faint">{Parts.Count(diff.Added, "line")} added, {Parts.Number(diff.Removed)} removed</p>
        {(diff.Diff.Length == 0 ? Parts.Empty("They say the same.") : Html.Of($"<pre class=\"diff\" tabindex=\"0\" role=\"region\" aria-label=\"Lines\">{Html.Each(diff.Diff.TrimEnd('\n').Split('\n').Skip(2).Take(MostLines), Line)}</pre>"))}
        </section>
        """);

    private static Html Line(string line) => line switch
    {
        ['+', ..] => Html.Of($"<ins>{line}\n</ins>"),
        ['-', ..] => Html.Of($"<del>{line}\n</del>"),
        ['@', ..] => Html.Of($"<b>{line}\n</b>"),
        _ => Html.Of($"{line}\n"),
    };
}
