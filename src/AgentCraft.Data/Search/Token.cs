namespace AgentCraft.Data.Search;

/// <summary>A word as the index knows it, and where it was found.</summary>
/// <param name="Text">Folded: lower case, without accents.</param>
/// <param name="Start">Its first UTF-16 code unit in the text.</param>
/// <param name="Length">How many code units it has there.</param>
internal readonly record struct Token(string Text, int Start, int Length)
{
    /// <summary>The code unit after it.</summary>
    public int End => Start + Length;
}
