using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// How much work Markdig may do on one document. Some of its loops are quadratic (an unclosed <c>&lt;?</c> is searched to the end of its
/// paragraph each time, a line of dashes looks through all siblings), so that 1 MiB made for it would hold a core for minutes. The two
/// parsers here run before Markdig's own, open nothing, and only count what the next step may look at: the same text always gives the
/// same answer, on a slow machine too.
/// </summary>
internal sealed class ReadingBudget : MarkdownParserContext
{
    // Characters and blocks looked at. Ordinary text of 1 MiB in paragraphs of 2 KiB spends about a tenth.
    private const long Allowance = 600_000_000;
    // Nobody nests lists or quotes 50 deep; Markdig's own limit of 128 comes only after the slow part.
    private const int DeepestContainer = 100;

    private long _left = Allowance;

    /// <summary>Adds the counting parsers; a pipeline with them parses only with a <see cref="ReadingBudget"/> as its context.</summary>
    public static MarkdownPipelineBuilder Apply(MarkdownPipelineBuilder builder)
    {
        builder.BlockParsers.Insert(0, new LineCost());
        builder.InlineParsers.Insert(0, new BracketCost());
        return builder;
    }

    private void Spend(long cost)
    {
        if ((_left -= cost) < 0)
            throw MarkdownSyntax.Unreadable("a paragraph with too much markup, or too many blocks in a row");
    }

    private sealed class LineCost : BlockParser
    {
        public override BlockState TryOpen(BlockProcessor processor)
        {
            ReadingBudget budget = (ReadingBudget)processor.Context!;
            budget.Spend(Depth(processor.CurrentContainer));
            if (processor.CurrentChar is '=' or '-' && IsUnderline(processor.Line))
                budget.Spend(processor.CurrentContainer?.Count ?? 0);
            if (processor.CurrentChar == '[' && processor.CurrentBlock is ParagraphBlock paragraph)
                budget.Spend(LinkDefinitionCost * (long)paragraph.Lines.Count);
            return BlockState.None;
        }

        // A paragraph of link definitions is copied once for each of them.
        private const int LinkDefinitionCost = 8;

        // Only such a line can make a heading of the text above, and for that its siblings are looked through.
        private static bool IsUnderline(StringSlice line)
        {
            for (char c = line.CurrentChar; c != '\0'; c = line.NextChar())
                if (c is not ('=' or '-' or ' ' or '\t'))
                    return false;
            return true;
        }

        private static int Depth(Block? block)
        {
            int depth = 0;
            for (; block is not null; block = block.Parent)
                depth++;
            return depth <= DeepestContainer ? depth : throw MarkdownSyntax.Unreadable("lists or quotes nested too deeply");
        }
    }

    private sealed class BracketCost : InlineParser
    {
        public BracketCost() => OpeningCharacters = ['[', ']', '<', '!'];

        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            ((ReadingBudget)processor.Context!).Spend(slice.Length);
            return false;
        }
    }
}
