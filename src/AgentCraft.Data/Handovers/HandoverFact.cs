namespace AgentCraft.Data.Handovers;

/// <summary>Something that was known when a hand-over was written.</summary>
/// <param name="Text">As it stands in the document, Markdown.</param>
/// <param name="Source">Where it comes from: <c>store: tasks</c>, <c>git: status</c>, <c>the author</c>.</param>
public sealed record HandoverFact(string Text, string Source)
{
    /// <summary>True for what is a paragraph or a list of its own; false for a word in a line.</summary>
    internal bool IsBlock { get; init; }

    /// <summary>As it is filled in: what stands by itself says where it comes from.</summary>
    internal string Filled => IsBlock ? $"{Text}\n\n*Source: {Source}.*" : Text;

    /// <summary>A list; "None." for an empty one.</summary>
    internal static HandoverFact List(string source, IEnumerable<string> items, string empty = "None.")
    {
        string lines = string.Join('\n', items.Select(item => $"- {item}"));
        return new(lines.Length == 0 ? empty : lines, source) { IsBlock = true };
    }
}
