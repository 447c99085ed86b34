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

    /// <summary>Of each document the newest version.</summary>
    public static readonly SearchedNoun Documents = new(
        "documents", "search_documents", "document_versions v JOIN documents d ON d.version_seq = v.seq", "v.seq", "d.name || ' ' || v.title || ' ' || v.content");

    public static readonly SearchedNoun[] All = [Messages, Documents];
}

/// <summary>A text and its number.</summary>
internal sealed record SearchedRow
{
    public long Seq { get; init; }
    public string Text { get; init; } = "";
}
