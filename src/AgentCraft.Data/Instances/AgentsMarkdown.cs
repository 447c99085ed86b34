using System.Text;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Data.Instances;

/// <summary><c>AGENTS.md</c> of a workspace: what its template says an agent is told to be, how it works and what it knows.</summary>
internal static class AgentsMarkdown
{
    /// <summary>How ours begin; another's is never overwritten.</summary>
    public const string Mark = "<!-- Made by AgentCraft";

    /// <summary>The text.</summary>
    public static string Of(ResolvedTemplate template, string name)
    {
        StringBuilder text = new();
        text.Append($"{Mark} from the template {template.Name} ({template.Path}). -->\n\n# {name}\n");
        Add(text, template.Description);
        Add(text, template.Instruction);
        if (template.Workflow is { } workflow)
            Add(text, Workflow(workflow));
        Add(text, "Skills", template.Skills.Select(skill => (skill.Title, skill.Content)));
        Add(text, "Prompts", template.Prompts.Select(prompt => (prompt.Title, prompt.Content)));
        return text.ToString();
    }

    private static string Workflow(ResolvedWorkflow workflow)
    {
        StringBuilder text = new($"## {Line(workflow.Title)}\n");
        Add(text, workflow.Content);
        for (int i = 0; i < workflow.Steps.Count; i++)
            Add(text, $"{i + 1}. **{Line(workflow.Steps[i].Title)}**{Indented(workflow.Steps[i].Content)}");
        return text.ToString();
    }

    private static void Add(StringBuilder text, string heading, IEnumerable<(string Title, string Content)> parts)
    {
        bool isFirst = true;
        foreach ((string title, string content) in parts)
        {
            if (isFirst)
                Add(text, $"## {heading}");
            isFirst = false;
            Add(text, $"### {Line(title)}");
            Add(text, content);
        }
    }

    private static void Add(StringBuilder text, string? paragraph)
    {
        if (!string.IsNullOrWhiteSpace(paragraph))
            text.Append('\n').Append(paragraph.ReplaceLineEndings("\n").Trim('\n')).Append('\n');
    }

    private static string Line(string title) => title.ReplaceLineEndings(" ").Trim();

    /// <summary>Below its number, so that the list goes on after it.</summary>
    private static string Indented(string? content) => string.IsNullOrWhiteSpace(content) ? ""
        : "\n\n" + string.Join('\n', content.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(line => line.Length == 0 ? "" : "   " + line));
}
