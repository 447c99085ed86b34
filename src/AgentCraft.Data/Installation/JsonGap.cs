namespace AgentCraft.Data.Installation;

/// <summary>What is between two values of a JSON text: blanks, comments, at most one comma.</summary>
internal static class JsonGap
{
    /// <summary>Where the comma is; -1 when there is none.</summary>
    public static int Comma(string text, int from, int to)
    {
        for (int at = from; at < to; at++)
            if (text[at] == ',')
                return at;
            else if (text[at] == '/')
                at = EndOfComment(text, at, to) - 1;
        return -1;
    }

    /// <summary>There is a comment that goes to the end of its line.</summary>
    public static bool HasLineComment(string text, int from, int to)
    {
        for (int at = from; at < to; at++)
            if (text[at] == '/')
            {
                if (text[at + 1] == '/')
                    return true;
                at = EndOfComment(text, at, to) - 1;
            }
        return false;
    }

    private static int EndOfComment(string text, int at, int to)
    {
        string mark = text[at + 1] == '/' ? "\n" : "*/";
        int end = text.IndexOf(mark, at + 2, to - at - 2, StringComparison.Ordinal);
        return end < 0 ? to : end + mark.Length;
    }
}
