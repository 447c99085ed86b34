using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

public sealed class PlaceholderTests
{
    private static string[] Open(string markdown) => [.. MarkdownOutline.Parse(markdown).Placeholders.Select(open => open.Text)];

    [Theory]
    [InlineData("{{branch}}", "{{branch}}")]
    [InlineData("a {{ branch }} b", "{{ branch }}")]
    [InlineData("{{unread_messages}}", "{{unread_messages}}")]
    [InlineData("{{__init__}}", "{{__init__}}")]
    [InlineData("{{{branch}}}", "{{branch}}")]
    [InlineData("**{{a.b-c}}**", "{{a.b-c}}")]
    [InlineData("# {{title}}", "{{title}}")]
    [InlineData("[see]({{url}})", "{{url}}")]
    [InlineData("<a href=\"{{url}}\">x</a>", "{{url}}")]
    [InlineData("---\ntitle: \"{{title}}\"\n---\n", "{{title}}")]
    [InlineData("| {{a}} |\n|---|", "{{a}}")]
    [InlineData("{{ {{a}}", "{{a}}")]
    public void Two_braces_around_a_name_are_a_placeholder(string markdown, string expected) => Assert.Equal([expected], Open(markdown));

    [Theory]
    [InlineData("{{}}")]
    [InlineData("{{ }}")]
    [InlineData("{{branch")]
    [InlineData("{branch}")]
    [InlineData("{{a\nb}}")]
    [InlineData("{ {branch} }")]
    [InlineData("`{{branch}}`")]
    [InlineData("```\n{{branch}}\n```")]
    [InlineData("    {{branch}}")]
    [InlineData("<!-- {{branch}} -->")]
    [InlineData("a <!-- {{branch}} --> b")]
    [InlineData("\\{{branch}}")]
    [InlineData("${{ secrets.TOKEN }}")]
    [InlineData("<pre>\n{{branch}}\n</pre>")]
    public void Braces_elsewhere_are_none(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("[Text like this]")]
    [InlineData("[e.g., \"Phase 3\"]")]
    [InlineData("[3 bullet points]")]
    [InlineData("[ Padded ]")]
    [InlineData("[YYYY-MM-DD]")]
    [InlineData("[✏️ Describe]")]
    [InlineData("[目标]")]
    [InlineData("[Was it (really) so?]")]
    [InlineData("[A [nested] one]")]
    [InlineData("[Goal of **bold** and `code`]")]
    public void A_prompt_in_brackets_is_a_placeholder(string prompt)
    {
        Assert.Equal([prompt], Open(prompt));
        Assert.Equal([prompt], Open($"- [ ] {prompt}"));
        Assert.Equal([prompt], Open($"1. [x] **{prompt}**: then"));
        Assert.Equal([prompt], Open($"> {prompt}."));
        Assert.Equal([prompt], Open($"## Task: {prompt}"));
        Assert.Equal([prompt], Open($"| {prompt} | x |\n|---|---|"));
        Assert.Equal([prompt], Open($"<details>\n<summary>{prompt}</summary>\n</details>"));
    }

    [Fact]
    public void A_prompt_may_go_over_lines() => Assert.Equal(["[Say what it is for]"], Open("[Say what\nit is\r\nfor]"));

    [Fact]
    public void Prompts_side_by_side_are_each_one() =>
        Assert.Equal(["[Decision]", "[Rationale]", "[Impact]"], Open("- **[Decision]**: [Rationale] → [Impact]"));

    [Theory]
    [InlineData("- [ ] todo\n- [x] done\n- [X] done\n* [-] dropped")]
    [InlineData("1. [ ] step")]
    [InlineData("[ ]")]
    [InlineData("[]")]
    public void A_task_box_is_not_a_placeholder(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("[text](file.md)")]
    [InlineData("[text](<a file.md> \"title\")")]
    [InlineData("[text](a file with blanks.md)")]
    [InlineData("[text]()")]
    [InlineData("[text][ref]\n\n[ref]: http://x")]
    [InlineData("[text][]\n\n[text]: http://x")]
    [InlineData("[text]\n\n[text]: http://x")]
    [InlineData("[text][undefined]")]
    [InlineData("words before\n[text]: http://x")]
    [InlineData("[[Wiki page]]")]
    [InlineData("[**bold** text](x)")]
    [InlineData("[text [inner words]](x)")]
    [InlineData("<https://x.y/[abc]>")]
    public void A_link_is_not_a_placeholder(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("![alt text](x.png)")]
    [InlineData("![alt text](x y.png)")]
    [InlineData("![alt text][ref]")]
    [InlineData("[![alt text](x.png)](y)")]
    public void An_image_is_not_a_placeholder(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("as shown [1], [2, 3] and [4-6]")]
    [InlineData("as shown [1, p. 5]")]
    [InlineData("as shown [@smith2020]")]
    [InlineData("a note[^note] and [^1]\n\n[^note]: Its text, with words.")]
    [InlineData("> [!WARNING]\n> text")]
    [InlineData("see [#123]")]
    public void A_citation_or_footnote_or_alert_is_not_a_placeholder(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("`[file path]`")]
    [InlineData("``a ` [file path]``")]
    [InlineData("```yaml\ntags: [one thing, other thing]\n```")]
    [InlineData("~~~\n[file path]\n~~~")]
    [InlineData("```\n[never closed]")]
    [InlineData("text\n\n    [file path]")]
    [InlineData("- item\n\n      [file path]")]
    [InlineData("values[index] and map[some key]")]
    [InlineData("a half-open interval [a, b]")]
    [InlineData("[\"one\", \"two\"]")]
    [InlineData("run it with [--verbose]")]
    public void Code_is_not_a_placeholder(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("<!-- [Say it] -->")]
    [InlineData("text <!-- [Say\nit] --> text")]
    [InlineData("<!--\n\n[Say it]\n\n-->")]
    [InlineData("<div>\n<!-- [Say it] -->\n</div>")]
    [InlineData("\\[Say it]")]
    [InlineData("\\[Say it\\]")]
    [InlineData("&#91;Say it]")]
    public void A_comment_or_an_escaped_bracket_is_not_a_placeholder(string markdown) => Assert.Empty(Open(markdown));

    [Theory]
    [InlineData("[never closed")]
    [InlineData("closed only]")]
    [InlineData("[in one\n\nparagraph, closed in the next]")]
    [InlineData("] [")]
    public void Brackets_without_a_partner_are_none(string markdown) => Assert.Empty(Open(markdown));

    [Fact]
    public void An_open_bracket_hides_no_later_placeholder() => Assert.Equal(["[Say it]"], Open("see [ and [Say it]"));

    [Fact]
    public void Front_matter_lists_are_none_but_names_in_braces_are() =>
        Assert.Equal(["{{author}}"], Open("---\ntags: [one thing, other]\nby: {{author}}\n---\n"));

    [Theory]
    [InlineData("# \t{{title}}")]
    [InlineData("> text [Say\n> it]\n\n#\té {{title}} [Say it]")]
    [InlineData("-\tx [Say it]\n\n\t#\t{{title}}")]
    public void Places_are_right_behind_tabs_too(string markdown)
    {
        MarkdownOutline outline = MarkdownOutline.Parse("{{first}}\n\n" + markdown);

        Assert.All(outline.Placeholders, open => Assert.True(open.Text is "{{first}}" or "{{title}}" or "[Say it]" or "[Say > it]", open.Text));
        Assert.EndsWith(markdown.Replace("{{title}}", "T"),
            HandoverTemplate.Parse("x", outline.Text).Fill(new Dictionary<string, string> { ["title"] = "T" }, new Dictionary<string, string>()));
    }

    [Fact]
    public void An_address_written_otherwise_hides_nothing_behind_it() =>
        Assert.Equal(["[Say it]"], Open("[a](x\\_y) [Say it] x_y <http://a&amp;b> then"));

    [Fact]
    public void Lines_are_those_of_the_document()
    {
        MarkdownOutline outline = MarkdownOutline.Parse("---\na: {{x}}\n---\n\n> quote\n> [Say it]\n\n- a\n\n  - {{y}}\n\n<p>\n[In HTML]\n</p>\n");

        Assert.Equal([2, 6, 10, 13], outline.Placeholders.Select(open => open.Line));
    }
}
