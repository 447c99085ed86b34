using AgentCraft.Data.Search;

namespace AgentCraft.Data.Storage;

/// <summary>
/// The statements of a full-text index that differ between the engines. Both are given tokens and only compare them: what a word is,
/// <see cref="Tokenizer"/> alone decides.
/// </summary>
internal abstract class FullText
{
    /// <summary>Puts a row's tokens in.</summary>
    public abstract void Add(Connection c, string index, long seq, IReadOnlyList<string> tokens);

    /// <summary>Takes a row out that was put in with these tokens.</summary>
    public abstract void Remove(Connection c, string index, long seq, IReadOnlyList<string> tokens);

    /// <summary>The query's parameters, T0 and so on.</summary>
    public abstract IReadOnlyList<string> Terms(SearchQuery query);

    /// <summary>A SELECT of the column <c>seq</c> of the rows that have all <paramref name="terms"/> parameters.</summary>
    public abstract string Hits(string index, int terms);
}
