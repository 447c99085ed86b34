namespace AgentCraft.Benchmarks;

/// <summary>
/// Why a goal was missed and what was tried, from docs/benchmarks.notes: paragraphs, each begun by a line that is the goal's name up to any
/// word ("pipelined: at least 0.8").
/// </summary>
internal static class MissNotes
{
    private static readonly Lazy<string[][]> Paragraphs = new(() => Read(Path.Combine(Bench.Repository, "docs", "benchmarks.notes")));

    /// <summary>One line; null when nothing is said of it.</summary>
    public static string? Find(Goal goal) => Paragraphs.Value
        .Where(lines => goal.Key.StartsWith(lines[0], StringComparison.Ordinal))
        .Select(lines => string.Join(' ', lines.Skip(1))).FirstOrDefault();

    private static string[][] Read(string file) => !File.Exists(file) ? []
        : [.. File.ReadAllText(file).Split("\n\n").Select(paragraph => paragraph.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(lines => lines.Length > 1)];
}
