using System.Globalization;
using System.Text;

namespace AgentCraft.Data.Outputs;

/// <summary>Two texts as a unified diff, which <c>patch</c> and <c>git apply</c> take.</summary>
/// <param name="Text">The diff; empty when nothing differs.</param>
/// <param name="Added">Lines.</param>
/// <param name="Removed">Lines.</param>
/// <param name="IsShortest">False when the texts differ by too much to look for the shortest.</param>
internal sealed record UnifiedDiff(string Text, int Added, int Removed, bool IsShortest)
{
    private const int Context = 3;

    /// <summary>What makes the new text of the old one; null for one that was not there.</summary>
    public static UnifiedDiff Of(string? old, string @new, string path)
    {
        List<string> before = Lines(old ?? ""), after = Lines(@new);
        (List<Change> changes, bool isShortest) = LineDiff.Of(before, after);
        StringBuilder text = new();
        if (changes.Count > 0)
            text.Append(old is null ? "--- /dev/null\n" : $"--- a/{path}\n").Append(CultureInfo.InvariantCulture, $"+++ b/{path}\n");
        for (int i = 0; i < changes.Count;)
        {
            int first = i++;
            while (i < changes.Count && changes[i].OldStart - changes[i - 1].OldEnd <= 2 * Context)
                i++;
            AppendHunk(text, before, after, changes[first..i]);
        }
        return new(text.ToString(), changes.Sum(c => c.NewEnd - c.NewStart), changes.Sum(c => c.OldEnd - c.OldStart), isShortest);
    }

    private static void AppendHunk(StringBuilder text, List<string> before, List<string> after, List<Change> changes)
    {
        int lead = Math.Min(Context, changes[0].OldStart), tail = Math.Min(Context, before.Count - changes[^1].OldEnd);
        int oldStart = changes[0].OldStart - lead, newStart = changes[0].NewStart - lead;
        int oldCount = changes[^1].OldEnd + tail - oldStart, newCount = changes[^1].NewEnd + tail - newStart;
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(oldStart, oldCount)} +{Range(newStart, newCount)} @@\n");
        int at = oldStart;
        foreach (Change change in changes)
        {
            Append(text, ' ', before, at, change.OldStart);
            Append(text, '-', before, change.OldStart, change.OldEnd);
            Append(text, '+', after, change.NewStart, change.NewEnd);
            at = change.OldEnd;
        }
        Append(text, ' ', before, at, at + tail);
    }

    private static string Range(int start, int count) => string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)}{(count == 1 ? "" : $",{count}")}");

    private static void Append(StringBuilder text, char mark, List<string> lines, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            text.Append(mark).Append(lines[i]);
            if (!lines[i].EndsWith('\n'))
                text.Append("\n\\ No newline at end of file\n");
        }
    }

    /// <summary>With their ends, so that a change of those is one too.</summary>
    private static List<string> Lines(string text)
    {
        List<string> lines = [];
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start) is >= 0 and var found ? found + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }
        return lines;
    }
}
