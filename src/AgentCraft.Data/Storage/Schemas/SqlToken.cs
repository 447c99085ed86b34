using System.Globalization;
using System.Text;

namespace AgentCraft.Data.Storage.Schemas;

/// <summary>What a piece of SQL is.</summary>
internal enum SqlTokenKind
{
    /// <summary>A name or keyword.</summary>
    Word,
    /// <summary>A number.</summary>
    Number,
    /// <summary>Text in single quotes; the token has what is between them.</summary>
    Text,
    /// <summary>Any other character.</summary>
    Symbol,
}

/// <summary>A word, number, text or character of SQL.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Text">It.</param>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Touches">Nothing is between it and the one before.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Line, bool Touches)
{
    /// <summary>It is this keyword or character, whatever its case.</summary>
    public bool Is(string text) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Text.Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Cuts SQL into tokens and leaves comments out. Text that does not end goes on to the end.</summary>
    public static List<SqlToken> Split(string sql)
    {
        List<SqlToken> tokens = [];
        int line = 1, end = -1;
        for (int i = 0; i < sql.Length;)
        {
            int next = End(sql, i, out SqlTokenKind? kind);
            if (kind is { } known)
            {
                tokens.Add(new(known, known == SqlTokenKind.Text ? sql[(i + 1)..Math.Max(i + 1, next - 1)].Replace("''", "'") : sql[i..next], line, end == i));
                end = next;
            }
            line += sql.AsSpan(i, next - i).Count('\n');
            i = next;
        }
        return tokens;
    }

    /// <summary>Statements without their semicolons.</summary>
    public static List<List<SqlToken>> Statements(string sql)
    {
        List<List<SqlToken>> statements = [[]];
        foreach (SqlToken token in Split(sql))
            if (token.Is(";"))
                statements.Add([]);
            else
                statements[^1].Add(token);
        statements.RemoveAll(statement => statement.Count == 0);
        return statements;
    }

    private static int End(string sql, int i, out SqlTokenKind? kind)
    {
        char c = sql[i];
        kind = null;
        if (char.IsWhiteSpace(c))
            return i + 1;
        if (sql.AsSpan(i).StartsWith("--"))
            return sql.IndexOf('\n', i) is >= 0 and var newline ? newline : sql.Length;
        if (sql.AsSpan(i).StartsWith("/*"))
            return sql.IndexOf("*/", i + 2, StringComparison.Ordinal) is >= 0 and var close ? close + 2 : sql.Length;
        if (c == '\'')
        {
            kind = SqlTokenKind.Text;
            return TextEnd(sql, i + 1);
        }
        bool isWord = char.IsLetter(c) || c == '_';
        kind = isWord ? SqlTokenKind.Word : char.IsAsciiDigit(c) ? SqlTokenKind.Number : SqlTokenKind.Symbol;
        int end = i + 1;
        while (kind != SqlTokenKind.Symbol && end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] == '_' || (!isWord && sql[end] == '.')))
            end++;
        return end;
    }

    private static int TextEnd(string sql, int i)
    {
        while (i < sql.Length)
            if (sql[i] != '\'')
                i++;
            else if (i + 1 < sql.Length && sql[i + 1] == '\'')
                i += 2;
            else
                return i + 1;
        return sql.Length;
    }
}
