using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;

namespace AgentCraft.Data.Monitoring;

/// <summary>The agent that <c>monitoring.notify</c> names.</summary>
public static class NotifiedAgent
{
    private const string AgentsTable = "agents";

    /// <summary>Why its messages would reach nobody; null when they reach it, nobody is named, or there is no store yet. Changes nothing.</summary>
    /// <exception cref="AgentCraftException">The store cannot be read.</exception>
    public static async Task<string?> Fault(Databases databases, Settings settings)
    {
        string name = settings.Monitoring.Notify;
        if (name.Length == 0 || !databases.HasCentral)
            return null;
        return await databases.SchemaStores.First(store => store.IsCentral).Use(SchemaAccess.Look, session => IsThere(session.Connection, name)) ? null : Missing(name);
    }

    /// <summary>Somebody has that name or id and was not removed; whatever schema the store has.</summary>
    internal static bool IsThere(Connection c, string name) => c.First<long>(c.Dialect.CountTables, new { Name = AgentsTable }) > 0
        && c.First<long>("SELECT count(*) FROM agents WHERE (name_key = @Key OR id = @Id) AND status <> 'removed'", new { Key = name.ToLowerInvariant(), Id = name }) > 0;

    internal static string Missing(string name) => $"monitoring.notify names '{Text.Shown(name)}', and there is no such agent: it gets no message until it registers.";
}
