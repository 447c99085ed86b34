using System.Text.RegularExpressions;

namespace AgentCraft.Data.Storage.Schemas;

/// <summary>
/// What SQL of a project may say: CREATE TABLE and CREATE INDEX, in the part of SQL that every engine reads alike, and DROP of the same. A
/// project comes from somebody else, so what is not known to be harmless is refused: statements, words, functions, characters.
/// </summary>
internal sealed partial class ProjectSchema
{
    private const int MostColumns = 100;
    private const string Symbols = "(),=<>!+-*/%|";

    private static readonly string[] Types = ["INTEGER", "TEXT", "REAL"];
    private static readonly string[] Functions = ["LENGTH", "LOWER", "UPPER", "ABS", "COALESCE", "NULLIF", "ROUND", "TRIM", "REPLACE", "SUBSTR"];
    private static readonly string[] BeforeParentheses = ["KEY", "UNIQUE", "CHECK", "IN", "AND", "OR", "NOT", "WHERE", "BETWEEN"];

    private static readonly string[] Words =
    [
        "PRIMARY", "KEY", "AUTOINCREMENT", "NOT", "NULL", "DEFAULT", "UNIQUE", "CHECK", "IN", "REFERENCES", "FOREIGN", "ON", "DELETE", "CASCADE", "SET", "RESTRICT",
        "AND", "OR", "IS", "LIKE", "BETWEEN", "WHERE", "CONSTRAINT", "ASC", "DESC", "INTEGER", "TEXT", "REAL",
    ];

    // Both engines take them for names, too.
    private static readonly string[] FreeWords = ["text", "key"];

    private readonly string _type;
    private readonly Func<string, bool> _isTaken;
    private readonly List<TableDefinition> _tables = [];
    private string _file = "";

    /// <param name="type">The agent type, for messages.</param>
    /// <param name="isTaken">Names of tables that others have.</param>
    public ProjectSchema(string type, Func<string, bool> isTaken) => (_type, _isTaken) = (type, isTaken);

    /// <summary>Checks one migration; those before it are known.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming file, line and fault</exception>
    public void Check(Migration migration)
    {
        _file = $".agentcraft/schemas/agents/{_type}/{migration.Name}.sql";
        List<string> made = [];
        foreach (List<SqlToken> statement in SqlToken.Statements(migration.Up))
            made.Add(CheckUp(statement));
        foreach (List<SqlToken> statement in SqlToken.Statements(migration.Down))
            CheckDown(statement, made);
    }

    private string CheckUp(List<SqlToken> statement)
    {
        Require(statement[0].Is("CREATE") && statement.Count > 3, statement[0], $"'{Shown(statement)}' is not allowed: only CREATE TABLE and CREATE INDEX are");
        if (statement[1].Is("TABLE"))
            return CheckTable(statement);
        int index = statement[1].Is("UNIQUE") ? 2 : 1;
        Require(statement[index].Is("INDEX"), statement[0], $"'{Shown(statement)}' is not allowed: only CREATE TABLE and CREATE INDEX are");
        return CheckIndex(statement, index + 1, isUnique: index == 2);
    }

    private string CheckTable(List<SqlToken> statement)
    {
        string name = CheckName(statement[2], "table");
        Require(!_isTaken(name) && _tables.TrueForAll(table => table.Name != name), statement[2], $"the table '{name}' is there already");
        Require(statement[3].Is("("), statement[3], "'(' is missing behind the table's name");
        Require(Closes(statement, 3) == statement.Count - 1, statement[^1], "nothing may stand behind the table's closing parenthesis");
        CheckTokens(statement[4..^1]);
        List<List<SqlToken>> items = SchemaReader.Items(statement, 3);
        foreach (List<SqlToken> item in items)
            if (SchemaReader.IsTableRule(item))
                CheckTableRule(item);
            else
                CheckColumn(name, item);
        TableDefinition table = SchemaReader.ReadTable(statement);
        Require(table.Columns.Count <= MostColumns, statement[2], $"the table '{name}' has more than {MostColumns} columns");
        Require(table.Columns.Select(column => column.Name).Distinct().Count() == table.Columns.Count, statement[2], $"the table '{name}' has a column twice");
        foreach (string column in new[] { "seq", "id", "agent_id" })
            Require(table.Find(column) is not null, statement[2],
                $"the table '{name}' lacks the column {column}. Begin it with: seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL");
        _tables.Add(table);
        return name;
    }

    private void CheckColumn(string table, List<SqlToken> item)
    {
        string name = CheckName(item[0], "column");
        Require(item.Count > 1 && Types.Any(item[1].Is), item[0], $"the column {table}.{name} must be INTEGER, TEXT or REAL");
        string rules = string.Join(' ', item.Skip(1).Select(token => token.Text.ToUpperInvariant()));
        string? must = name switch
        {
            "seq" => "INTEGER PRIMARY KEY AUTOINCREMENT",
            "id" => "TEXT NOT NULL UNIQUE",
            "agent_id" => "TEXT NOT NULL",
            _ => null,
        };
        Require(must is null || rules == must, item[0], $"the column {table}.{name} must be: {name} {must}");
        Require(must is not null || !item.Exists(token => token.Is("PRIMARY") || token.Is("AUTOINCREMENT")), item[0], $"only seq is the primary key of {table}");
        Require(must is not null || !item.Exists(token => token.Is("UNIQUE")), item[0], $"UNIQUE on {table}.{name} alone would hold for all agents together: write UNIQUE (agent_id, {name})");
        int at = item.FindIndex(token => token.Is("DEFAULT"));
        Require(at < 0 || (at + 1 < item.Count && (item[at + 1].Kind is SqlTokenKind.Number or SqlTokenKind.Text || item[at + 1].Is("NULL") || item[at + 1].Is("-"))),
            item[0], $"the default of {table}.{name} must be a text, a number or NULL");
        CheckReference(table, item);
    }

    private void CheckTableRule(List<SqlToken> item)
    {
        Require(!item.Exists(token => token.Is("PRIMARY")), item[0], "only seq is the primary key");
        Require(!item.Exists(token => token.Is("UNIQUE")) || item.Exists(token => token.Is("agent_id")), item[0], "UNIQUE must have agent_id among its columns, because agents may share the table");
        Require(!item.Exists(token => token.Is("FOREIGN")), item[0], "write REFERENCES behind the column instead of FOREIGN KEY");
    }

    private void CheckReference(string table, List<SqlToken> item)
    {
        int at = item.FindIndex(token => token.Is("REFERENCES"));
        if (at < 0)
            return;
        Require(at + 4 < item.Count && item[at + 2].Is("(") && item[at + 3].Is("id") && item[at + 4].Is(")")
            && (item[at + 1].Text == table || _tables.Exists(known => known.Name == item[at + 1].Text)), item[at], "REFERENCES may name the id of a table that was made before: REFERENCES reviews (id)");
    }

    private string CheckIndex(List<SqlToken> statement, int at, bool isUnique)
    {
        string name = CheckName(statement[at], "index");
        Require(statement.Count > at + 4 && statement[at + 1].Is("ON") && statement[at + 3].Is("("), statement[at], "write CREATE INDEX name ON table (columns)");
        Require(_tables.Exists(table => table.Name == statement[at + 2].Text), statement[at + 2], $"'{Text.Shown(statement[at + 2].Text, 40)}' is no table of this type");
        int end = Closes(statement, at + 3);
        Require(end > 0 && (end == statement.Count - 1 || statement[end + 1].Is("WHERE")), statement[at], "only WHERE may follow the columns of an index");
        CheckTokens(statement[(at + 1)..]);
        Require(!isUnique || statement[(at + 4)..end].Exists(token => token.Is("agent_id")), statement[at], "UNIQUE must have agent_id among its columns, because agents may share the table");
        return name;
    }

    private void CheckDown(List<SqlToken> statement, List<string> made)
    {
        bool isDrop = statement.Count >= 3 && statement[0].Is("DROP") && (statement[1].Is("TABLE") || statement[1].Is("INDEX"))
            && (statement.Count == 3 || (statement.Count == 5 && statement[2].Is("IF") && statement[3].Is("EXISTS")));
        Require(isDrop && made.Contains(statement[^1].Text), statement[0], $"'{Shown(statement)}' is not allowed: '-- down' may only drop what '-- up' of the same file makes");
    }

    /// <summary>Every word is a keyword of the list or the name of something; every parenthesis belongs to one of them.</summary>
    private void CheckTokens(List<SqlToken> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            SqlToken token = tokens[i];
            string shown = Text.Shown(token.Text, 40);
            if (token.Kind == SqlTokenKind.Symbol)
                Require(Symbols.Contains(token.Text, StringComparison.Ordinal), token, $"the character {shown} is not allowed");
            else if (token.Kind == SqlTokenKind.Text)
                Require(!token.Text.Contains('\\') && !(token.Touches && i > 0 && tokens[i - 1].Kind == SqlTokenKind.Word), token, "a text may have neither a prefix nor a backslash");
            else if (token.Kind == SqlTokenKind.Number)
                Require(Number().IsMatch(token.Text), token, $"{shown} is no number");
            else
                CheckWord(tokens, i, shown);
        }
    }

    private void CheckWord(List<SqlToken> tokens, int i, string shown)
    {
        SqlToken token = tokens[i];
        bool isKeyword = Words.Any(token.Is), isFunction = Functions.Any(token.Is);
        bool isCalled = i + 1 < tokens.Count && tokens[i + 1].Is("(");
        bool isTable = i > 0 && (tokens[i - 1].Is("REFERENCES") || tokens[i - 1].Is("ON"));
        Require(isKeyword || isFunction || Name().IsMatch(token.Text), token, $"'{shown}' is not allowed");
        Require(!isCalled || isFunction || isTable || BeforeParentheses.Any(token.Is), token, $"'{shown} (…)' is not allowed");
        Require(!token.Is("DELETE") || (i > 0 && tokens[i - 1].Is("ON")), token, "DELETE is not allowed");
        Require(!Forbidden().IsMatch(token.Text), token, $"'{shown}' is not allowed");
    }

    private string CheckName(SqlToken token, string what)
    {
        Require(token.Kind == SqlTokenKind.Word && Name().IsMatch(token.Text) && !Forbidden().IsMatch(token.Text) && (!Words.Any(token.Is) || FreeWords.Contains(token.Text)), token,
            $"'{Text.Shown(token.Text, 40)}' cannot be the name of a {what}: use small letters, digits and _, at most 60, beginning with a letter");
        return token.Text;
    }

    private static int Closes(List<SqlToken> tokens, int open)
    {
        for (int i = open, depth = 0; i < tokens.Count; i++)
        {
            depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
            if (depth == 0)
                return i;
        }
        return -1;
    }

    private void Require(bool condition, SqlToken at, string fault)
    {
        if (!condition)
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{_file}, line {at.Line} of its part: {fault}.",
                "Nothing was changed. SQL of a project may create tables and indexes and nothing else; the README's \"Agent types of your own\" has an example.");
    }

    private static string Shown(List<SqlToken> statement) => Text.Shown(string.Join(' ', statement.Take(4).Select(token => token.Text)), 60);

    [GeneratedRegex("^[a-z][a-z0-9_]{0,59}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9]{1,18}(\\.[0-9]{1,18})?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    /// <summary>Words that begin something else, and prefixes of what the engines and we keep for ourselves.</summary>
    [GeneratedRegex("^(select|with|insert|update|values|table|into|from|as|exists|case|collate|generated|using|temp|temporary|virtual|trigger|view|begin|end|commit|rollback|attach|pragma|execute|current_.*|sqlite_.*|pg_.*|search_.*)\\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Forbidden();
}
