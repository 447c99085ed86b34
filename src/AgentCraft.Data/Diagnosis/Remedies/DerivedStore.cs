using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Writes to a part of a store, wherever it is.</summary>
internal static class DerivedStore
{
    /// <summary>In one transaction.</summary>
    public static T Write<T>(Premises premises, string? agent, bool isCentral, Func<Connection, T> work) => premises.IsFiles
        ? GatedFile.Write(premises, new(agent, agent is null ? premises.Paths.Central : premises.Paths.Agent(agent)), work)
        : PostgresLook.Write(premises, isCentral, work);

    /// <summary>Until the transaction ends nobody else changes the table. In a file nobody can anyway.</summary>
    public static void Hold(Connection c, string table)
    {
        if (c.Dialect.Name == "postgres")
            c.Script($"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE");
    }
}
