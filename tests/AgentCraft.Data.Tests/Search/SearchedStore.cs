using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Data.Tests.Search;

/// <summary>A store on one of the engines, with three agents; on PostgreSQL in a schema of its own.</summary>
public sealed class SearchedStore : IAsyncDisposable
{
    /// <summary>The connection string of a server for tests.</summary>
    public const string Variable = "AGENTCRAFT_TEST_POSTGRES";

    private readonly TemporaryProject _project = new();
    private readonly string? _schema;
    private readonly Settings _settings;

    private SearchedStore(bool postgres)
    {
        _schema = postgres ? $"search_{Guid.NewGuid():N}"[..30] : null;
        _settings = postgres ? new() { Store = $"{Environment.GetEnvironmentVariable(Variable)};Search Path={_schema}" } : new();
        Stores = Again();
    }

    public Stores Stores { get; }

    public Database Central => Stores.Databases.Central;

    public static async Task<SearchedStore> Create(bool postgres)
    {
        SearchedStore store = new(postgres);
        foreach (string name in new[] { "alice", "bob", "carol" })
            await store.Stores.Agents.Register(new() { Name = AgentName.Parse(name) });
        return store;
    }

    /// <summary>Another process's view of it.</summary>
    public Stores Again() => new(_project.Root, _settings, TimeProvider.System);

    public async Task<string> Post(string content, string from = "alice", string to = "bob") =>
        (await Stores.Messages.Append(new() { From = from, To = [to], Content = content }, null)).Messages[0].Id;

    public Task<MessageHitPage> Find(string query, SearchOrder order = SearchOrder.Desc, int limit = 20, string? cursor = null) =>
        Stores.MessageSearch.Find(new() { Query = query }, new() { Order = order, Limit = limit, Cursor = cursor });

    /// <summary>The excerpts that a query finds, the newest first.</summary>
    public async Task<IEnumerable<string>> Excerpts(string query) => (await Find(query)).Messages.Select(hit => hit.Excerpt);

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        if (_schema is not null)
        {
            await using NpgsqlConnection connection = new(Environment.GetEnvironmentVariable(Variable));
            await connection.OpenAsync();
            await using NpgsqlCommand drop = new($"DROP SCHEMA IF EXISTS {_schema} CASCADE; DROP SCHEMA IF EXISTS {_schema}_agents CASCADE", connection);
            await drop.ExecuteNonQueryAsync();
        }
        _project.Dispose();
    }
}
