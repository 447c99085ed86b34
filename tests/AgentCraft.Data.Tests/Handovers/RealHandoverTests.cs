using System.Text;
using AgentCraft.Data.Handovers;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>
/// Documents that people and agents really wrote, with their template. They are somebody else's text, so they are read from where they lie
/// (AGENTCRAFT_TEST_HANDOVERS, or beside the repository), and only what the rules say of them is kept here.
/// </summary>
public sealed class RealHandoverTests
{
    public static TheoryData<string> Documents => Need.HandoverFolder is { } folder
        ? [.. Directory.EnumerateFiles(folder, "*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : ["none"];

    [RequiresTheory(Need.Handovers, "it reads real hand-overs")]
    [MemberData(nameof(Documents))]
    public async Task What_the_template_s_own_rules_say_is_as_approved(string name)
    {
        string folder = Need.HandoverFolder!;
        using TemporaryProject project = new();
        CheckedPaper paper = await new HandoverPaper(project.Root).Validate(Path.Combine(folder, "template.md"), File.ReadAllText(Path.Combine(folder, $"{name}.md")));
        StringBuilder text = new($"{(paper.Passed ? "passed" : "failed")}, {paper.PlaceholdersRemaining.Count} placeholders left\n");
        foreach (RuleResult rule in paper.Validation)
            text.Append($"{rule.Status.ToString().ToLowerInvariant(),-8}{(rule.Line is { } line ? $"line {line}" : ""),-9} {rule.RuleName}\n");
        Approved.Match(text.ToString(), name, "RealHandovers");
    }
}
