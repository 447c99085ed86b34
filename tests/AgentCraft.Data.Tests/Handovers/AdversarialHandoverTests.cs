using System.Text;
using System.Text.RegularExpressions;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>
/// Hand-overs as people, editors and models write them, each with what makes reading it hard. In all of them a placeholder that is really
/// open says "Real"; everything else in brackets or braces is none. What is not named as missing is there.
/// </summary>
public sealed partial class AdversarialHandoverTests
{
    private const string Rest = "\n## Current state\n\nIt works.\n\n## Next steps\n\n- [ ] Release it.\n";

    private static readonly HandoverTemplate Template = HandoverTemplate.Parse("three",
        "# {{title}}\n\n## Goal\n<!-- REQUIRED -->\n\n[What]\n\n## Current state\n<!-- REQUIRED -->\n\n[What]\n\n## Next steps\n<!-- REQUIRED -->\n\n- [ ] [What]\n");

    private static readonly (string Name, string Document, string Missing)[] All =
    [
        ("plain", "# X\n\n## Goal\n\nShip it.\n" + Rest, ""),
        ("CRLF", ("# X\n\n## Goal\n\nShip it. [Real one]\n" + Rest + "\n{{real_two}}\n").ReplaceLineEndings("\r\n"), ""),
        ("CR alone", ("# X\n\n## Goal\n\nShip it. [Real one]\n" + Rest).ReplaceLineEndings("\r"), ""),
        ("mixed line ends", "# X\r\n\r\n## Goal\n\nShip it.\r\n[Real one]\n" + Rest, ""),
        ("byte order mark", "\uFEFF## Goal\n\nShip it. [Real one]\n" + Rest, ""),
        ("byte order mark and front matter", "\uFEFF---\r\ntitle: x\r\ntags: [a, Some tag]\r\n---\r\n## Goal\r\n\r\nShip it.\r\n" + Rest, ""),
        ("no line end at the end", "## Goal\nShip it.\n" + Rest.TrimEnd(), ""),
        ("text right below headings", "## Goal\nShip it.\n## Current state\nWorks.\n## Next steps\n- [ ] Release", ""),
        ("setext headings", "Hand-over\n=========\n\nGoal\n----\n\nShip it.\n\nCurrent state\n-------------\nWorks. [Real one]\n\nNext steps\n===\n\n1. Release\n", ""),
        ("closing hashes", "# X #\n\n## Goal ##\n\nShip it.\n\n### Current state ###########\n\nWorks.\n\n## Next steps ## \n\n- go\n", ""),
        ("every level", "###### Goal\n\nShip it.\n\n# Current state\n\nWorks.\n\n#### Next steps\n\n- go\n", ""),
        ("emoji before and behind", "## 🎯 Goal\n\nShip it.\n\n## Current state ✅🚀\n\nWorks.\n\n## ➡️ Next steps 👩‍💻\n\n- go\n", ""),
        ("emoji by name", "## :dart: Goal\n\nShip it.\n\n## Current state :white_check_mark:\n\nWorks.\n\n## :rocket::+1: Next steps\n\n- go\n", ""),
        ("numbers", "## 1. Goal\n\nShip it.\n\n## 2) Current state\n\nWorks.\n\n## 3.1.2 Next steps\n\n- go\n", ""),
        ("other numbers", "## (1) Goal\n\nShip it.\n\n## II. Current state\n\nWorks.\n\n## Step 3: Next steps\n\n- go\n", ""),
        ("keycaps", "## 1️⃣ Goal\n\nShip it.\n\n## 2️⃣ Current state\n\nWorks.\n\n## 3️⃣ Next steps\n\n- go\n", ""),
        ("case and colon", "## GOAL:\n\nShip it.\n\n## current State…\n\nWorks.\n\n## Next Steps?!\n\n- go\n", ""),
        ("bold, italic and code", "## **Goal**\n\nShip it.\n\n## _Current_ *state*\n\nWorks.\n\n## `Next steps`\n\n- go\n", ""),
        ("links and images", "## [Goal](#goal)\n\nShip it.\n\n## ![icon](i.png) Current state\n\nWorks.\n\n## [Next steps][steps]\n\n- go\n\n[steps]: #steps\n", ""),
        ("anchors", "## <a name=\"goal\"></a>Goal\n\nShip it.\n\n## Current state {#state}\n\nWorks.\n\n## Next steps {#steps .big}\n\n- go\n", ""),
        ("comments in headings", "## Goal <!-- REQUIRED -->\n\nShip it.\n\n## Current state<!-- [Say it] -->\n\nWorks.\n\n## Next steps\n\n- go\n", ""),
        ("ticked headings", "## [x] Goal\n\nShip it.\n\n## ✅ Current state\n\nWorks.\n\n## [ ] Next steps\n\n- go\n", ""),
        ("remarks in parentheses", "## Goal (this session)\n\nShip it.\n\n## Current state (as of 11:48)\n\nWorks.\n\n## Next steps (in order)\n\n- go\n", ""),
        ("entities and odd blanks", "## Goal&nbsp;\n\nShip it.\n\n##\u00A0Current\u00A0state\n\nWorks.\n\n##\tNext&#32;steps\n\n- go\n", "current-state"),
        ("no-break blanks inside", "## Goal\n\nShip it.\n\n## Current\u00A0state\n\nWorks.\n\n## Next\u202Fsteps\u200B\n\n- go\n", ""),
        ("up to three blanks before", "   ## Goal\n\nShip it.\n\n  ## Current state\n\nWorks.\n\n ## Next steps\n\n- go\n", ""),
        ("HTML headings", "<h2 align=\"center\">Goal</h2>\n\nShip it. [Real one]\n\n<h2>🚦 Current <em>state</em></h2>\n\nWorks.\n\n<H3>Next steps</H3>\n\n- go\n", ""),
        ("folded sections", "<details>\n<summary>More</summary>\n\n## Goal\n\nShip it.\n\n</details>\n" + Rest, ""),
        ("sections out of order and twice", "## Next steps\n\n- go\n\n## Goal\n\n## Current state\n\nWorks.\n\n## Goal\n\nShip it.\n", ""),
        ("subsections only", "## Goal\n\n### Why\n\nBecause.\n\n## Current state\n\n#### Done\n\n- all\n\n## Next steps\n\n### Today\n\n- go\n", ""),
        ("one section within another", "# Goal\n\nShip it.\n\n## Current state\n\nWorks.\n\n### Next steps\n\n- go\n", ""),
        ("nested lists and boxes", "## Goal\n\n- [x] one\n  - [ ] two\n    1. [X] three\n       * [ ] [Real one]\n\t- [-] given up\n- [~] half\n- [ ]\n" + Rest, ""),
        ("loose boxes", "## Goal\n\n* [ ] one\n\n  more of it\n\n* [x] **two** [Real one]\n\n[ ] no list\n[x] no list\n" + Rest, ""),
        ("tables", "## Goal\n\n| a | b |\n|---|:-:|\n| [x] | [ ] |\n| [link](x) | `[Code]` |\n| [Real one] | [Ref][r] |\n\n[r]: http://x\n" + Rest, ""),
        ("fenced code", "## Goal\n\n```yaml\n## Current state\nkey: [Some value, Other value]\nname: {{name}}\n# TODO [Fill this]\n```\n\n~~~\n[Fill that]\n~~~\n\n````md\n```\n[Inner one]\n```\n````\n" + Rest, ""),
        ("indented code", "## Goal\n\nText:\n\n    [Fill this] {{name}}\n\n\t## Current state\n\n[Real one]\n" + Rest, ""),
        ("code in lines", "## Goal\n\n`[Fill this]`, ``a `[b c]` d`` and `{{name}}`, `$[Var name]`; [Real `code` one]\n" + Rest, ""),
        ("references", "## Goal\n\n[Text of it][ref], [Ref][], [ref] and [no such thing][nowhere]. [Real one]\n\n[ref]: https://example.org \"A [title]\"\n" + Rest, ""),
        ("links with brackets and blanks", "## Goal\n\n[see [this] too](a.md), [docs](<a b.md>), [more](a (b).md), ![Alt text](x.png), <https://x.org/[a b]> [Real one]\n" + Rest, ""),
        ("footnotes and citations", "## Goal\n\nShip it.[^1] As said [^note] by [@doe2020] in [1], [12] and [3, p. 5].\n\n[^1]: The note, see [RFC][rfc].\n[^note]: [Real one]\n\n[rfc]: x\n" + Rest, ""),
        ("alerts and wiki links", "## Goal\n\n> [!NOTE]\n> Ship it.\n\n> [!IMPORTANT]\n> [Real one]\n\n[[Some page]], [[Page name|shown text]]\n" + Rest, ""),
        ("comments", "<!-- [Fill this] -->\n## Goal\n\n<!--\n## Current state\n[Fill that]\n\n{{name}}\n-->\nShip it. <!-- [Or this] --> [Real one]\n" + Rest, ""),
        ("escapes and entities", "## Goal\n\n\\[Fill this\\] \\{{name}} &#91;Fill that&#93; [Real one]\n" + Rest, ""),
        ("log lines", "## Goal\n\n[INFO] Server started\n[ERROR] It failed\n[warn] hm\n[2025-08-11 11:48:00] done\n[main 1a2b3c4] Commit\n" + Rest, ""),
        ("patterns in prose", "## Goal\n\nNames match [A-Za-z0-9_-]+ or [a-zA-Z]*, arrays are a[index] and list[Some.Index], args[0].\n" + Rest, ""),
        ("templates of others", "## Goal\n\nThe workflow has ${{ secrets.TOKEN }} and ${VAR}; Go has {{ .Name }}? {{real_name}}\n" + Rest, ""),
        ("formulas", "## Goal\n\nIt is \\[ E = mc^2 \\] and $[a, b)$, {x | x > 0}, {{}} and { { } }.\n" + Rest, ""),
        ("front matter with lists", "---\ntitle: \"X\"\ntags: [Some tag, Other tag]\nlist:\n  - [Inner one]\n---\n\n## Goal\n\nShip it.\n" + Rest, ""),
        ("front matter that is broken", "---\ntitle: [unclosed\n\t- x: : y\n---\n\n## Goal\n\nShip it. [Real one]\n" + Rest, ""),
        ("front matter that never ends", "---\ntitle: x\n\n## Goal\n\nShip it.\n" + Rest, ""),
        ("front matter ended by dots", "---\ntitle: x\n...\n\n## Goal\n\nShip it.\n" + Rest, ""),
        ("a rule at the top", "---\n\n## Goal\n\nShip it.\n\n---\n" + Rest + "\n***\n", ""),
        ("unclosed fence at the end", "## Goal\n\nShip it.\n" + Rest + "\n```\n[Fill this]\n", ""),
        ("unclosed fence in the middle", "## Goal\n\nShip it.\n\n```\ncode\n" + Rest, "current-state next-steps"),
        ("unclosed comment", "## Goal\n\nShip it.\n\n<!-- later\n" + Rest, "current-state next-steps"),
        ("fence in a list that ends with it", "## Goal\n\n- Run:\n  ```\n  [Fill this]\n\n## Current state\n\nWorks.\n\n## Next steps\n\n- go\n", ""),
        ("other headings only", "## Objectives\n\nShip it.\n\n## Status\n\nWorks.\n\n## Todo\n\n- go\n", "goal current-state next-steps"),
        ("translated headings", "## Ziel\n\nAusliefern.\n\n## Aktueller Stand\n\nLäuft.\n\n## Nächste Schritte\n\n- los\n", "goal current-state next-steps"),
        ("headings in quotes and lists", "> ## Goal\n>\n> Ship it.\n\n- ## Current state\n\n  Works.\n\n## Next steps\n\n- go\n", "goal current-state"),
        ("headings that are none", "##Goal\n\nShip it.\n\n**Current state**\n\nWorks.\n\n####### Next steps\n\n- go\n", "goal current-state next-steps"),
        ("right to left", "## \u202BGoal\u202C\n\nهذا هو الهدف [x] ‏(انظر [هنا](a.md)).\n\n## Current state\u200F\n\nيعمل.\n\n## Next steps\n\n- لاحقًا [Real اكتب]\n", ""),
        ("accents apart from their letters", "## Goal\u0301\n\nShip it.\n" + Rest, ""),
        ("NUL and control characters", "## Go\0al\n\n## Goal\n\nShip\0it.\u0001\u001b[31m red \u001b[0m [Real one]\n\v\f\n" + Rest, ""),
        ("lone surrogates", "## Goal \uD83D\n\nShip it. \uDE00 [Real one]\n" + Rest, ""),
        ("long lines", "## Goal\n\n" + string.Concat(Enumerable.Repeat("word (see [it](x)) ", 2_000)) + "[Real one]\n" + Rest, ""),
        ("deep lists and quotes", "## Goal\n\n" + string.Concat(Enumerable.Range(0, 40).Select(i => new string(' ', 2 * i) + "- [ ] level\n")) + "\n" + string.Concat(Enumerable.Repeat("> ", 40)) + "[Real one]\n" + Rest, ""),
        ("nothing but placeholders", "## Goal\n\n[Real one]\n\n## Current state\n\n{{real_two}}\n\n## Next steps\n\n- [ ] [Real three]\n", "goal current-state next-steps"),
        ("empty sections", "## Goal\n\n## Current state\n\n---\n\n## Next steps\n\n- [ ]\n", "goal current-state next-steps"),
    ];

    public static TheoryData<string> Names => [.. All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_as_a_reader_would(string name)
    {
        (_, string document, string missing) = All.Single(one => one.Name == name);
        Check(document, missing);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_the_same_with_other_line_ends(string name)
    {
        (_, string document, string missing) = All.Single(one => one.Name == name);
        Check(document.ReplaceLineEndings("\r\n"), missing);
    }

    [Theory]
    [InlineData("# ", ":a")]
    [InlineData("# ", ":")]
    [InlineData("# ", "{#a ")]
    [InlineData("# ", "[x")]
    [InlineData("# ", "I")]
    [InlineData("# Step ", "1")]
    [InlineData("<h2>", "a ")]
    [InlineData("<h2>", "<h2>")]
    [InlineData("", "<h2>a</h2>\n")]
    [InlineData("", "<h2>[Say it]</h2>")]
    [InlineData("[", "\\\\")]
    [InlineData("[a-z", "(0-9")]
    [InlineData("[main ", "(0abcdef1) ")]
    [InlineData("---\n", "a: b\n")]
    public Task What_looks_for_headings_and_idioms_is_not_slowed_down_by_what_is_made_for_that(string before, string piece) => Task.Run(() =>
    {
        string document = before + string.Concat(Enumerable.Repeat(piece, 300_000 / piece.Length));
        foreach (string text in new[] { document, document + "]", document + "</h2>\n", document + "}" })
            try
            {
                HandoverRules.Check(Template, text);
            }
            catch (AgentCraftException refused) when (refused.Code == ErrorCodes.InvalidText)
            {
                // Too much markup is an answer, too.
            }
    }).WaitAsync(TimeSpan.FromMinutes(2));

    [Fact]
    public void Five_megabytes_are_read()
    {
        StringBuilder document = new("## Goal\n\nShip it.\n");
        for (int i = 0; document.Length < 5_000_000; i++)
            document.Append($"\n## Part {i}\n\nSome *text* with `code [and brackets]` and a [link](x{i}.md) in it.\n\n- [x] done\n- [ ] open\n\n```\n[Fill this] {{{{name}}}}\n```\n");
        document.Append("\n[Real one]\n").Append(Rest);
        Check(document.ToString(), "");
    }

    [Fact]
    public void A_heading_in_HTML_is_filled_and_required_like_any_other()
    {
        HandoverTemplate template = HandoverTemplate.Parse("html", "<h1>{{title}}</h1>\n\n<h2 align=\"center\">🎯 Goal</h2>\n<!-- REQUIRED -->\n\n[What]\n\n<h3>Why</h3> because\n\n<h2>Next</h2>\n\n[What]\n");
        Assert.Equal(["🎯 Goal"], template.RequiredSections);
        string filled = template.Fill(new Dictionary<string, string> { ["title"] = "X" }, new Dictionary<string, string> { ["goal"] = "Ship **it**.\n\n# Sub", ["next"] = "- go" });
        Assert.Equal("<h1>X</h1>\n\n<h2 align=\"center\">🎯 Goal</h2>\n<!-- REQUIRED -->\n\nShip **it**.\n\n### Sub\n\n<h2>Next</h2>\n\n- go\n", filled);
        Assert.All(HandoverRules.Check(template, filled), result => Assert.Equal(RuleStatus.Passed, result.Status));
        Assert.Contains("line 3", HandoverRules.Check(template, "# X\n\n<h2>Goal</h2>\n\n<h2>Next</h2>\n\ngo\n")[0].Message, StringComparison.Ordinal);
    }

    private static void Check(string document, string missing)
    {
        string[] lines = LineEnd().Split(document);
        IReadOnlyList<RuleResult> results = HandoverRules.Check(Template, document);
        Assert.Equal(missing, string.Join(' ', results.Where(result => result.RuleType == RuleType.MandatorySection && result.Status == RuleStatus.Failed).Select(result => result.RuleName["required-section-".Length..])));
        foreach (RuleResult found in results.Where(result => result.RuleType == RuleType.MandatorySection && result.Status == RuleStatus.Passed))
            Assert.Contains(found.RuleName["required-section-".Length..].Split('-')[0], lines[found.Line!.Value - 1], StringComparison.OrdinalIgnoreCase);

        List<(string, int)> real = [.. lines.SelectMany((line, i) => Real().Matches(line).Select(match => (match.Value, i + 1)))];
        Assert.Equal(real, MarkdownOutline.Parse(document).Placeholders.Select(open => (open.Text, open.Line)));
        RuleResult left = results.Single(result => result.RuleName == "no-placeholders-left");
        Assert.Equal((real.Count == 0 ? RuleStatus.Passed : RuleStatus.Failed, real.Count == 0 ? null : real[0].Item2), (left.Status, left.Line));
    }

    [GeneratedRegex(@"\r\n|\n|\r")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"\[Real[^\]]*\]|\{\{real[^}]*\}\}")]
    private static partial Regex Real();
}
