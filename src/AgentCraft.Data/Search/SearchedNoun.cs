namespace AgentCraft.Data.Search;

/// <summary>A kind of text that is searched.</summary>
/// <param name="Name">In <c>search_progress</c> and <c>search_deleted</c>.</param>
/// <param name="Index">The table of its tokens.</param>
/// <param name="Rows">Where its texts are, for FROM.</param>
/// <param name="Seq">Their number there.</param>
/// <param name="Text">What is searched of them.</param>
internal sealed record SearchedNoun(string Name, string Index, string Rows, string Seq, string Text)
{
    public static readonly SearchedNoun Messages = new("messages", "search_messages", "messages m", "m.seq", "m.content");

    public static readonly SearchedNoun[] All = [Messages];
}

/// <summary>A text and its number.</summary>
internal sealed record SearchedRow
{
    public long Seq { get; init; }
    public string Text { get; init; } = "";
}
