using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class HostileMarkdownTests
{
    private const int Size = 1 << 20;

    // Not a measurement: the slowest takes about a second. A hang fails, however busy the machine is.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly HandoverTemplate Standard = HandoverTemplate.Embedded("standard");

    public static TheoryData<string> Repeated => new()
    {
        "[", "]", ">", "> ", "- ", "1. ", "> - ", "![", "[a](", "![a](",
        "[a]", "[[a](b)", "[Say it] ", "[Say it]\n\n", "{{", "}}", "{{a", "{{a}}", "{{a}}\n\n",
        "a <!-- ", "<!-- ", "<!--\n\n", "<", "<a ", "a <?", "a <!A ", "a <![CDATA[", "<div>\n",
        "`", "`a ", "```\n", "*a ", "*a _b **c ", "a**b", "[*a ", "_", "\\", "&", "|",
        "# a\n", "#", "# ", "###### Goal\n", "a\n---\n", "---\n", "a\n===\n", "[a]: b\n", "[a\n", "[a]:",
        "- a\n", "- a\n\n", "* a\n+ b\n", "a\n", "a\r\n", "\r", "\n", "\t", " ", "a", "\0",
        "\uD83D", "🎯", "\u0301", "    a\n", "> a\n", "> a\nb\n", "Ordinary words, *some* `code`, a [link](x).\n\n",
    };

    [Theory]
    [MemberData(nameof(Repeated))]
    public Task A_document_made_to_hurt_is_read_or_refused_and_never_hangs(string piece) => Task.Run(() =>
    {
        Dictionary<string, string> facts = new() { ["a"] = "b" };
        string document = string.Concat(Enumerable.Repeat(piece, Size / piece.Length));

        ReadOrRefuse(() => HandoverRules.Check(Standard, document));
        string part = document[..(document.Length / 4)];
        ReadOrRefuse(() => Standard.Fill(facts, new Dictionary<string, string> { ["Goal"] = part }));
        ReadOrRefuse(() => HandoverTemplate.Parse("x", part).Fill(facts, new Dictionary<string, string> { ["New"] = "x" }));
    }).WaitAsync(Limit);

    [Fact]
    public void Nesting_beyond_reason_is_invalid_text()
    {
        foreach (string markdown in new[] { new string('[', Size), new string('>', Size), NestedList(700) })
            Assert.Equal(ErrorCodes.InvalidText, Assert.Throws<AgentCraftException>(() => MarkdownOutline.Parse(markdown)).Code);
    }

    [Fact]
    public void A_large_ordinary_document_is_read()
    {
        string paragraph = string.Concat(Enumerable.Repeat("Words and [a link](x), `code`, <b>bold</b>, a [citation][1]! And so on, as people write.\n", 20));
        string table = string.Concat(Enumerable.Repeat("| [a](b) | `c` | [ ] | text of a cell |\n", 500));
        string document = string.Concat(Enumerable.Repeat($"## Section\n\n{paragraph}\n{table}\n```\n{new string('[', 5000)}\n```\n\n", 25));

        MarkdownOutline outline = MarkdownOutline.Parse(document);

        Assert.Equal(25, outline.Sections.Count);
        Assert.Empty(outline.Placeholders);
    }

    [Fact]
    public void Lists_and_quotes_as_deep_as_people_write_are_read() =>
        Assert.Single(MarkdownOutline.Parse(NestedList(30) + "\n\n# B").Sections);

    private static string NestedList(int depth) => string.Join('\n', Enumerable.Range(0, depth).Select(i => new string(' ', 2 * i) + "- a"));

    [Fact]
    public void Random_markup_keeps_every_position_inside_the_text()
    {
        Random random = new(20260102);
        string[] pieces = ["[", "]", "(", ")", "{{", "}}", "<!--", "-->", "REQUIRED", "\n", "\r\n", "\n\n", "# ", "## Goal", "> ",
            "- ", "```", "`", "*", "_", "**", "a", "word ", "---\n", "\\", "&amp;", "<b>", "![", "]: ", "\t", "    ", "🎯", "{{title}}", "[Say it]", "|", "1. ", "===\n", "<pre>", "é", "\0"];
        for (int i = 0; i < 5_000; i++)
        {
            string markdown = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            CheckPositions(markdown);
        }
    }

    private static void CheckPositions(string markdown)
    {
        MarkdownOutline outline = MarkdownOutline.Parse(markdown);
        int lines = markdown.ReplaceLineEndings("\n").Count(c => c == '\n') + 1;
        Assert.All(outline.Placeholders, open => Assert.InRange(open.Line, 1, lines));
        Assert.All(outline.Placeholders, open => Assert.True(open.Text[0] is '[' or '{' && open.Text[^1] is ']' or '}', markdown));
        Assert.All(outline.Sections, section => Assert.True(section.BodyStart <= section.OwnEnd && section.OwnEnd <= section.End, markdown));
        CheckFilling(markdown);
    }

    private static void CheckFilling(string markdown)
    {
        Dictionary<string, string> facts = new() { ["title"] = "T" };
        Dictionary<string, string> sections = new() { ["Goal"] = markdown, ["Other"] = "x" };
        Assert.NotNull(HandoverTemplate.Parse("x", markdown).Fill(facts, sections));

        string document = Standard.Fill(facts, sections);

        MarkdownOutline outline = MarkdownOutline.Parse(document);
        Assert.All(new[] { "Goal", "Current state", "Next steps", "From the store", "Other" }, name => Assert.NotNull(outline.Find(name)));
        // A text that carries the mark itself makes sections required where there were none.
        if (!markdown.Contains("REQUIRED"))
            Assert.Equal(document, HandoverTemplate.Parse("again", document).Fill(facts, sections));
    }

    private static void ReadOrRefuse(Action read)
    {
        try
        {
            read();
        }
        catch (AgentCraftException refused)
        {
            Assert.Contains(refused.Code, new[] { ErrorCodes.InvalidText, ErrorCodes.InvalidArgument });
        }
    }
}
