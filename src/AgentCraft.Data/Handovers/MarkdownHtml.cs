using Markdig;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// A document as HTML that is safe to show: its own HTML is shown as text, never as markup, links lead to the web only, pictures are links, and front matter
/// is left out. Its headings begin at the third level, below those of the page.
/// </summary>
public static class MarkdownHtml
{
    private const int HeadingsBelow = 2;
    private const int Largest = 512 * 1024;

    private static readonly MarkdownPipeline Pipeline =
        ReadingBudget.Apply(new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UseTaskLists()).Build();

    /// <summary>Renders it.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c>: it is too large or too tangled to be read.</exception>
    public static string Render(string markdown)
    {
        if (markdown.Length > Largest)
            throw MarkdownSyntax.Unreadable($"it is longer than {Largest / 1024} KiB");
        try
        {
            MarkdownDocument document = Markdown.Parse(markdown, Pipeline, new ReadingBudget());
            Tame(document);
            using StringWriter html = new();
            HtmlRenderer renderer = new(html);
            Pipeline.Setup(renderer);
            renderer.ObjectRenderers.RemoveAll(one => one is HtmlTaskListRenderer or HtmlBlockRenderer or HtmlInlineRenderer);
            renderer.ObjectRenderers.InsertRange(0, [new TaskBox(), new ShownBlock(), new ShownInline()]);
            renderer.Render(document);
            return html.ToString();
        }
        catch (Exception failure) when (failure is not (AgentCraftException or OutOfMemoryException))
        {
            throw MarkdownSyntax.Unreadable("it is nested too deeply or malformed", failure);
        }
    }

    private static void Tame(MarkdownDocument document)
    {
        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>())
            heading.Level = Math.Min(6, heading.Level + HeadingsBelow);
        foreach (LinkInline link in document.Descendants<LinkInline>().ToList())
            Tame(link);
        foreach (AutolinkInline link in document.Descendants<AutolinkInline>().ToList())
            if (!IsOfWeb(link.Url))
                link.ReplaceBy(new LiteralInline(link.Url));
    }

    private static void Tame(LinkInline link)
    {
        string url = link.GetDynamicUrl?.Invoke() ?? link.Url ?? "";
        if (IsOfWeb(url))
        {
            link.IsImage = false;
            link.GetAttributes().AddProperty("rel", "noopener noreferrer nofollow");
            return;
        }
        // What a document calls a file here is no page of the dashboard: its path is shown instead.
        if (url.Length > 0)
            link.InsertAfter(new LiteralInline($" ({url})"));
        link.ReplaceBy(new ContainerInline(), copyChildren: true);
    }

    private static bool IsOfWeb(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https");

    /// <summary>HTML is shown as the text that it is; comments too, or they would tell a person less than an agent.</summary>
    private sealed class ShownBlock : HtmlObjectRenderer<HtmlBlock>
    {
        protected override void Write(HtmlRenderer renderer, HtmlBlock block)
        {
            renderer.Write(block.Type == HtmlBlockType.Comment ? "<p class=\"comment\">" : "<p class=\"html\">");
            renderer.WriteLeafRawLines(block, writeEndOfLines: true, escape: true);
            renderer.Write("</p>");
        }
    }

    private sealed class ShownInline : HtmlObjectRenderer<HtmlInline>
    {
        protected override void Write(HtmlRenderer renderer, HtmlInline inline) => renderer.WriteEscape(inline.Tag);
    }

    private sealed class TaskBox : HtmlObjectRenderer<TaskList>
    {
        protected override void Write(HtmlRenderer renderer, TaskList task) =>
            renderer.Write(task.Checked ? "<span role=\"img\" aria-label=\"done\">☑</span>" : "<span role=\"img\" aria-label=\"to do\">☐</span>");
    }
}
