using AgentCraft.Data;
using AgentCraft.Data.Handovers;
using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Handovers;

/// <summary>A hand-over's Markdown as markup; as its source, where it cannot be read.</summary>
internal static class HandoverText
{
    public static Html Of(string markdown)
    {
        try
        {
            return Escaping.Reveal(MarkdownHtml.Render(markdown));
        }
        catch (AgentCraftException unreadable)
        {
            return Html.Of($"<p class=\"notice\">{unreadable.Message} This is its source:</p><pre tabindex=\"0\" role=\"region\" aria-label=\"Text\">{markdown}</pre>");
        }
    }
}
