using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;

namespace AgentCraft.Data.Handovers;

/// <summary>Markdig, set up for hand-overs: front matter, exact positions, a bound on the work, one kind of error.</summary>
internal static partial class MarkdownSyntax
{
    private static readonly MarkdownPipeline Documents =
        ReadingBudget.Apply(new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePreciseSourceLocation()).Build();

    // Inside a document three dashes are a rule, so a piece of one must not be read as if it began with front matter.
    private static readonly MarkdownPipeline Pieces =
        ReadingBudget.Apply(new MarkdownPipelineBuilder().UsePreciseSourceLocation()).Build();

    /// <summary>The syntax tree of a whole document.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c></exception>
    public static MarkdownDocument Document(string markdown) => Parse(markdown, BeginsWithRule().IsMatch(markdown) ? Pieces : Documents);

    /// <summary>The syntax tree of a part of a document.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c></exception>
    public static MarkdownDocument Piece(string markdown) => Parse(markdown, Pieces);

    // Dashes with a blank line below are a rule; what stands up to the next one is no front matter.
    [GeneratedRegex(@"\A---[ \t]*(?>\r\n|\n|\r)[ \t]*[\r\n]")]
    private static partial Regex BeginsWithRule();

    /// <summary>The error for text that is too much for a parser.</summary>
    public static AgentCraftException Unreadable(string why, Exception? inner = null) =>
        new(ErrorCodes.InvalidText, $"The Markdown cannot be read: {why}.",
            "Shorten or simplify it; put pasted logs and data between ``` fences, where nothing is read as markup.", inner: inner);

    private static MarkdownDocument Parse(string markdown, MarkdownPipeline pipeline)
    {
        try
        {
            return Markdown.Parse(markdown, pipeline, new ReadingBudget());
        }
        catch (Exception failure) when (failure is not (AgentCraftException or OutOfMemoryException))
        {
            // Markdig refuses nesting beyond its limit with an ArgumentException; any other failure is also about this text.
            throw Unreadable("it is nested too deeply or malformed", failure);
        }
    }
}
