using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// Which central rows belong to one project, as the foreign keys say it: a row does when everything that it cannot do without does. What
/// refers to no project, such as documents and processes, is shared by all and goes with each.
/// </summary>
/// <param name="schema">The tables.</param>
/// <param name="only">The project; null for everything.</param>
internal sealed class ExportScope(TransferSchema schema, Project? only)
{
    private const string Everything = "1 = 1";

    /// <summary>A condition on the table that stands in the statement under this name.</summary>
    public string Condition(TransferTable table, string alias)
    {
        if (only is null)
            return Everything;
        if (table.Name == TransferRules.Projects)
            return $"{alias}.seq = @Project";
        List<string> conditions = [.. table.Columns.Where(column => !column.IsNullable && column.Target is not null).Select(column => Within(column, alias)).Where(condition => condition != Everything)];
        if (conditions.Count == 0 && table.Columns.FirstOrDefault(column => column.Target == TransferRules.Projects) is { } nullable)
            return OfNobodyElse(table, nullable, alias);
        if (table.HasOwner)
            conditions.Add($"{alias}.{TransferRules.Owner} IN (SELECT a.id FROM agents a WHERE a.project_seq = @Project)");
        return conditions.Count == 0 ? Everything : string.Join(" AND ", conditions);
    }

    /// <summary>What the conditions, and that on keys, need.</summary>
    public IEnumerable<LooseValue> Parameters(Connection c) => [new("Project", only?.Seq, typeof(long)), new("Now", Times.ToText(c.Time.Now), typeof(string))];

    public long Count(Connection c, TransferTable table) =>
        LooseCommand.Query(c, $"SELECT count(*) FROM {table.Name} t WHERE {Condition(table, "t")} {StoreExport.Unexpired(table)}", Parameters(c), reader => reader.GetInt64(0))[0];

    /// <summary>What is left out although it has to do with the project.</summary>
    public IReadOnlyList<string> Warnings(Connection c)
    {
        if (only is null)
            return [];
        long mail = c.First<long>("""
            SELECT count(*) FROM messages m JOIN agents f ON f.seq = m.from_seq JOIN agents t ON t.seq = m.to_seq
            WHERE (f.project_seq = @Project OR t.project_seq = @Project) AND f.project_seq <> t.project_seq
            """, new { Project = only.Seq });
        return mail == 0 ? [] : [$"{mail} messages with agents of other projects are left out; without --project they go along."];
    }

    private string Within(TransferColumn column, string alias)
    {
        TransferTable target = schema.Get(column.Target!);
        string inner = $"{alias}_", condition = Condition(target, inner);
        return condition == Everything ? Everything : $"{alias}.{column.Name} IN (SELECT {inner}.seq FROM {target.Name} {inner} WHERE {condition})";
    }

    /// <summary>Of a project by itself; or, where it names none, by whoever else it names.</summary>
    private string OfNobodyElse(TransferTable table, TransferColumn project, string alias)
    {
        string others = string.Join(" OR ", table.Columns.Where(column => column.Target is not null && column != project).Select(column => Within(column, alias)).Where(condition => condition != Everything));
        return $"({alias}.{project.Name} = @Project{(others.Length == 0 ? "" : $" OR ({alias}.{project.Name} IS NULL AND ({others}))")})";
    }
}
