namespace AgentCraft.Data.Installation;

/// <summary>How the lines of a text end.</summary>
internal static class LineEnds
{
    /// <summary>As most of them do.</summary>
    public static string Of(string text)
    {
        int all = text.AsSpan().Count('\n'), windows = text.AsSpan().Count("\r\n");
        return windows > 0 && windows * 2 >= all ? "\r\n" : "\n";
    }
}
