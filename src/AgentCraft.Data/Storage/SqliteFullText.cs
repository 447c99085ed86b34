using AgentCraft.Data.Search;

namespace AgentCraft.Data.Storage;

/// <summary>FTS5 without the text. Its own tokenizer gets what it cannot but split at blanks.</summary>
internal sealed class SqliteFullText : FullText
{
    public override void Add(Connection c, string index, long seq, IReadOnlyList<string> tokens) =>
        c.Execute($"INSERT INTO {index} (rowid, tokens) VALUES (@Seq, @Tokens)", new { Seq = seq, Tokens = string.Join(' ', tokens) });

    /// <summary>The index keeps no text, so it has to be told what to take out.</summary>
    public override void Remove(Connection c, string index, long seq, IReadOnlyList<string> tokens) =>
        c.Execute($"INSERT INTO {index} ({index}, rowid, tokens) VALUES ('delete', @Seq, @Tokens)", new { Seq = seq, Tokens = string.Join(' ', tokens) });

    /// <summary>One expression. Tokens are letters and digits: in quotes, nothing of them can be an operator.</summary>
    public override IReadOnlyList<string> Terms(SearchQuery query) =>
        [string.Join(" AND ", query.Terms.Select(term => $"\"{string.Join(' ', term.Tokens)}\"{(term.IsPrefix ? " *" : "")}"))];

    public override string Hits(string index, int terms) => $"SELECT rowid AS seq FROM {index} WHERE {index} MATCH @T0";
}
