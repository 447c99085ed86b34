namespace AgentCraft.Data.Configuration.Migrations;

/// <summary>A piece of a text and what takes its place; everything else, comments above all, stays as it is.</summary>
internal readonly record struct TextEdit(int Start, int End, string Text)
{
    /// <summary>The text with all edits made; none may overlap another.</summary>
    public static string Apply(string text, IEnumerable<TextEdit> edits) =>
        edits.OrderByDescending(edit => edit.Start).Aggregate(text, (now, edit) => string.Concat(now.AsSpan(0, edit.Start), edit.Text, now.AsSpan(edit.End)));
}
