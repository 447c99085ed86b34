namespace AgentCraft.Data.Handovers;

/// <summary>The heading of a document that its author may have meant for a missing one.</summary>
internal static class NearestHeading
{
    // A suggestion is not worth comparing with everything in a document of a hundred thousand headings.
    private const int Considered = 200;
    private const int LongestName = 100;
    private const double EnoughShared = 0.3;

    /// <summary>The nearest by spelling, else the one that shares most words; null when none is near.</summary>
    public static OutlineSection? Of(HeadingKey wanted, MarkdownOutline document)
    {
        if (wanted.Full.Length > LongestName)
            return null;
        List<OutlineSection> candidates = [.. document.Sections.Where(section => section.Key.Full.Length <= LongestName).Take(Considered)];
        return Text.Nearest(wanted.Full, candidates.Select(section => section.Key.Full)) is [var nearest, ..]
            ? candidates.First(section => section.Key.Full == nearest)
            : candidates.Select(section => (section, shared: Shared(wanted, section.Key)))
                .Where(pair => pair.shared >= EnoughShared)
                .OrderByDescending(pair => pair.shared)
                .FirstOrDefault().section;
    }

    /// <summary>Words in both, as a part of the words in either.</summary>
    private static double Shared(HeadingKey one, HeadingKey other)
    {
        HashSet<string> words = [.. one.Brief.Split(' ')];
        HashSet<string> others = [.. other.Brief.Split(' ')];
        int both = words.Count(others.Contains);
        return both / (double)(words.Count + others.Count - both);
    }
}
