namespace AgentCraft.Data.Storage.Schemas;

/// <summary>
/// Reads from the text of migrations which tables they leave: the same on every engine, and without opening a database. It knows the
/// statements that migrations use and passes over the others; a test holds it against what the engines say.
/// </summary>
internal static class SchemaReader
{
    private static readonly string[] ColumnRules = ["NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "CONSTRAINT", "COLLATE", "GENERATED"];
    private static readonly string[] TableRules = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

    /// <summary>The tables in the order in which they were made.</summary>
    public static IReadOnlyList<TableDefinition> Read(IEnumerable<string> scripts)
    {
        List<TableDefinition> tables = [];
        foreach (List<SqlToken> statement in scripts.SelectMany(SqlToken.Statements))
            Apply(tables, statement);
        return tables;
    }

    /// <summary>The table that a CREATE TABLE makes.</summary>
    public static TableDefinition ReadTable(List<SqlToken> statement)
    {
        int open = statement.FindIndex(token => token.Is("("));
        List<List<SqlToken>> items = Items(statement, open);
        return new(statement[open - 1].Text, [.. items.Where(item => !IsTableRule(item)).Select(ReadColumn)]) { Uniques = [.. items.Select(ReadUnique).OfType<List<string>>()] };
    }

    /// <summary>What is between the parentheses that open there, cut at the commas that are not in others.</summary>
    public static List<List<SqlToken>> Items(List<SqlToken> statement, int open)
    {
        List<List<SqlToken>> items = [[]];
        for (int i = open + 1, depth = 1; i < statement.Count && depth > 0; i++)
        {
            depth += statement[i].Is("(") ? 1 : statement[i].Is(")") ? -1 : 0;
            if (depth == 1 && statement[i].Is(","))
                items.Add([]);
            else if (depth > 0)
                items[^1].Add(statement[i]);
        }
        return [.. items.Where(item => item.Count > 0)];
    }

    /// <summary>It is about several columns.</summary>
    public static bool IsTableRule(List<SqlToken> item) => TableRules.Any(item[0].Is);

    public static ColumnDefinition ReadColumn(List<SqlToken> item)
    {
        int rules = item.FindIndex(1, token => ColumnRules.Any(token.Is));
        List<SqlToken> rest = rules < 0 ? [] : item[rules..];
        int references = rest.FindIndex(token => token.Is("REFERENCES"));
        return new()
        {
            Name = item[0].Text,
            Type = string.Join(' ', item[1..(rules < 0 ? item.Count : rules)].Select(token => token.Text.ToUpperInvariant())),
            NotNull = Follows(rest, "NOT", "NULL") >= 0 || Follows(rest, "PRIMARY", "KEY") >= 0,
            Default = Default(rest),
            Values = Values(rest),
            References = references >= 0 && references + 1 < rest.Count ? rest[references + 1].Text : null,
            ReferencedColumn = references >= 0 && references + 3 < rest.Count && rest[references + 2].Is("(") ? rest[references + 3].Text : "seq",
        };
    }

    /// <summary>The columns that a column's or a table's UNIQUE is about; null when the item has none.</summary>
    private static List<string>? ReadUnique(List<SqlToken> item)
    {
        int at = item.FindIndex(token => token.Is("UNIQUE"));
        return at < 0 ? null : !IsTableRule(item) ? [item[0].Text] : at + 1 < item.Count ? [.. Items(item, at + 1).Select(column => column[0].Text)] : null;
    }

    private static void Apply(List<TableDefinition> tables, List<SqlToken> statement)
    {
        if (statement.Count < 3 || !statement[1].Is("TABLE"))
            return;
        if (statement[0].Is("CREATE") && statement.Exists(token => token.Is("(")))
            tables.Add(ReadTable(statement));
        else if (statement[0].Is("DROP"))
            tables.RemoveAll(table => table.Name == statement[^1].Text);
        else if (statement[0].Is("ALTER") && statement.Count > 4 && tables.FindIndex(table => table.Name == statement[2].Text) is >= 0 and var index)
            tables[index] = Alter(tables[index], statement[3..]);
    }

    private static TableDefinition Alter(TableDefinition table, List<SqlToken> change)
    {
        int from = change[1].Is("COLUMN") ? 2 : 1;
        return change[0].Is("ADD") ? table with { Columns = [.. table.Columns, ReadColumn(change[from..])] }
            : change[0].Is("DROP") ? table with { Columns = [.. table.Columns.Where(column => column.Name != change[from].Text)] }
            : change[0].Is("RENAME") && change[1].Is("TO") ? table with { Name = change[2].Text }
            : change[0].Is("RENAME") ? table with { Columns = [.. table.Columns.Select(column => column.Name == change[from].Text ? column with { Name = change[from + 2].Text } : column)] }
            : table;
    }

    private static string? Default(List<SqlToken> rules)
    {
        int at = rules.FindIndex(token => token.Is("DEFAULT")) + 1;
        return at == 0 || at >= rules.Count || rules[at].Is("NULL") ? null
            : rules[at].Is("-") && at + 1 < rules.Count ? "-" + rules[at + 1].Text
            : rules[at].Text;
    }

    /// <summary>Of CHECK (name IN ('a', 'b')).</summary>
    private static List<string> Values(List<SqlToken> rules)
    {
        int at = Follows(rules, "CHECK", "(");
        return at < 0 || at + 4 >= rules.Count || !rules[at + 3].Is("IN") || !rules[at + 4].Is("(") ? []
            : [.. Items(rules, at + 4).Where(item => item is [{ Kind: SqlTokenKind.Text }]).Select(item => item[0].Text)];
    }

    private static int Follows(List<SqlToken> tokens, string first, string second)
    {
        for (int i = 0; i + 1 < tokens.Count; i++)
            if (tokens[i].Is(first) && tokens[i + 1].Is(second))
                return i;
        return -1;
    }
}
