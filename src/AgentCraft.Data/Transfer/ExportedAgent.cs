using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Transfer;

/// <summary>What one agent has of its own, on its way out.</summary>
internal sealed class ExportedAgent(Databases databases, ExportRun run, ExportedCentral central, AgentRef agent)
{
    private const string Prefix = "agent.";

    /// <summary>Only some rows of the keeper of hand-overs are the project's.</summary>
    private bool IsShared => central.Only is not null && agent.Id == central.Keeper?.Id;

    /// <summary>Writes its rows, set by set; returns what could not be.</summary>
    public async Task<List<string>> Write() => await databases.Agent(agent.Name, agent.Type).ReadLong(run.Once(Write), run.CancellationToken);

    private List<string> Write(Connection c)
    {
        List<string> warnings = [];
        foreach (string name in c.Query<string>("SELECT set_name FROM _migrations WHERE set_name LIKE 'agents/%' GROUP BY set_name ORDER BY min(seq)"))
            if (FindSet(name) is { } set)
                Write(c, set);
            else
                warnings.Add($"{agent.Name} has tables of {name}, which nobody knows any more: they are left out. Put the schema back to export them.");
        return warnings;
    }

    private MigrationSet? FindSet(string name) => name == databases.Schemas.OfAll.Name ? databases.Schemas.OfAll : databases.Schemas.Find(name["agents/".Length..]);

    private void Write(Connection c, MigrationSet set)
    {
        TransferSchema schema = TransferSchema.OfAgent([set]);
        bool hasBegun = false;
        foreach (TransferTable table in schema.Tables)
            foreach ((_, object?[] values) in new TransferQuery(schema, table).Stream(c, $"WHERE {Condition(c, schema, table)} {StoreExport.Unexpired(table)} ORDER BY t.seq", Parameters(c)))
            {
                if (!Travels(c, table, values))
                    continue;
                if (!hasBegun)
                    run.Writer.WriteSection(agent.Id, set.Name);
                hasBegun = true;
                run.WriteRow(table, values, Prefix);
            }
    }

    /// <summary>Keys are those of whoever called, and in a shared database begin with whose file it would be.</summary>
    private string Condition(Connection c, TransferSchema schema, TransferTable table)
    {
        string whose = table.Name != TransferRules.Keys ? $"t.{TransferRules.Owner} = @Agent" : c.Owner.Length == 0 ? "1 = 1" : "substr(t.agent_id, 1, length(@Owner)) = @Owner";
        if (central.Only is null)
            return whose;
        if (table.Find("project_id") is not null)
            return $"{whose} AND t.project_id = @Project";
        foreach (TransferColumn column in table.Columns.Where(column => !column.IsNullable))
            if (column.Target is { } name && schema.Find(name)?.Find("project_id") is not null)
                whose += $" AND t.{column.Name} IN (SELECT p.seq FROM {name} p WHERE p.project_id = @Project)";
        return whose;
    }

    private IEnumerable<LooseValue> Parameters(Connection c) =>
    [
        new("Agent", agent.Id, typeof(string)), new("Owner", c.Owner + "/", typeof(string)), new("Project", central.Only?.Id, typeof(string)),
        new("Now", Times.ToText(c.Time.Now), typeof(string)),
    ];

    /// <summary>The values as they are elsewhere; false for what is another project's.</summary>
    private bool Travels(Connection c, TransferTable table, object?[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            TransferColumn column = table.Columns[i];
            if (column.Target == TransferRules.Messages)
                values[i] = FindMessage((long)values[i]!);
            else if (table.Name == TransferRules.Keys && column.Name == TransferRules.Owner && c.Owner.Length > 0)
                values[i] = ((string)values[i]!)[(c.Owner.Length + 1)..];
            if (IsShared && table.Name == TransferRules.Keys && column.Name == TransferRules.Owner && !central.Has((string)values[i]!))
                return false;
            if (IsShared && column.Name == "session_id" && table.Find("project_id") is null && !IsOfProject((string?)values[i]))
                return false;
        }
        return true;
    }

    /// <summary>The newest message that was there when a hand-over was written, of those that go along.</summary>
    private string? FindMessage(long seq) => Central(c => c.First<string>("""
        SELECT m.id FROM messages m JOIN agents f ON f.seq = m.from_seq JOIN agents t ON t.seq = m.to_seq
        WHERE m.seq <= @Seq AND (@Project IS NULL OR (f.project_seq = @Project AND t.project_seq = @Project)) ORDER BY m.seq DESC LIMIT 1
        """, new { Seq = Math.Min(seq, central.NewestMessage), Project = central.Only?.Seq }));

    private bool IsOfProject(string? session) => session is null ? central.Has(agent.Id) : Central(c => c.First<long>(
        "SELECT count(*) FROM sessions WHERE id = @Session AND project_seq = @Project", new { Session = session, Project = central.Only!.Seq })) > 0;

    // Of another database, on a connection of its own; the reads that wait for it run on a thread of the pool.
    private T Central<T>(Func<Connection, T> read) => databases.Central.Read(read, run.CancellationToken).GetAwaiter().GetResult();
}
