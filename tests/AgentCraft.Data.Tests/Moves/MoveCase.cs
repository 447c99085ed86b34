using AgentCraft.Data.Configuration;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Data.Tests.Transfer;
using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Data.Tests.Moves;

/// <summary>A root with a store in files, and a schema of its own in the database to move it to.</summary>
internal sealed class MoveCase : IDisposable
{
    private readonly TemporaryProject _project = new();

    /// <summary>The connection string of the database.</summary>
    public string Postgres { get; } = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable(Need.Postgres)) { SearchPath = $"m_{Guid.NewGuid():N}"[..18] }.ConnectionString;

    public string Root => _project.Root;

    public string Schema => new NpgsqlConnectionStringBuilder(Postgres).SearchPath!;

    public static IEnumerable<(string Name, string Type)> Agents => FilledStore.Types.Select(type => (FilledStore.NameOf(type), type));

    /// <summary>The files with rows in every table.</summary>
    public static async Task<MoveCase> Filled()
    {
        MoveCase made = new();
        await using Stores stores = made.Open("sqlite");
        await FilledStore.Fill(stores.Databases);
        for (int i = 0; i < 3; i++)
            await stores.Audit.Append(AgentCraft.Data.Audit.AuditEntry.ByPerson("tested") with { Detail = $"{i}" });
        await FilledStore.FillRest(stores.Databases);
        // The newest rows are gone: their numbers are not given again.
        await stores.Databases.Central.Write(c => c.Execute("DELETE FROM session_events WHERE seq = (SELECT max(seq) FROM session_events)"));
        return made;
    }

    public Settings Settings(string engine) => new() { Store = engine == "postgres" ? Postgres : "" };

    public Stores Open(string engine) => new(Root, Settings(engine), TimeProvider.System);

    public StoreMove Move(string to, Action<string>? at = null) => new(Root, new Settings { Store = Postgres }, to, TimeProvider.System) { At = at };

    /// <summary>All rows of the store as it is there, with the numbers of agents' own rows or without.</summary>
    public async Task<string> Rows(string engine, bool withOwnNumbers = false)
    {
        await using Stores stores = Open(engine);
        string info = await stores.Databases.Central.Read(c => string.Join('\n', LooseCommand.Query(c, "SELECT seq, key, value FROM store_info ORDER BY seq", [], row => $"{row.GetInt64(0)} {row.GetString(1)} {row.GetString(2)}")));
        return $"# store_info\n{info}\n" + WithoutMove(await StoreRows.Of(stores.Databases, Agents, withOwnNumbers));
    }

    /// <summary>Refused with this code by both a read and a write.</summary>
    public async Task<AgentCraftException> Refuses(string engine)
    {
        await using Databases databases = new(Root, Settings(engine).OfStore(), TimeProvider.System);
        await Assert.ThrowsAsync<AgentCraftException>(() => databases.Central.Write(c => c.Execute("DELETE FROM claims")));
        return await Assert.ThrowsAsync<AgentCraftException>(() => databases.Central.Read(c => c.First<long>("SELECT count(*) FROM claims")));
    }

    /// <summary>A statement in the database, past all locks of ours.</summary>
    public void Run(string sql, string? schema = null)
    {
        using NpgsqlConnection connection = PostgresAddress.Parse(Postgres).NewConnection(schema ?? Schema);
        connection.Open();
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Run($"""
            DO $drop$ DECLARE name TEXT; BEGIN
            SET LOCAL client_min_messages = warning;
            FOR name IN SELECT nspname FROM pg_namespace WHERE nspname LIKE '{Schema}%' LOOP EXECUTE 'DROP SCHEMA ' || name || ' CASCADE'; END LOOP; END $drop$
            """);
        _project.Dispose();
    }

    /// <summary>What a move itself writes afterwards.</summary>
    private static string WithoutMove(string rows) => string.Join('\n', rows.Split('\n').Where(row => !row.Contains("store_moved", StringComparison.Ordinal) && !row.StartsWith("archived=", StringComparison.Ordinal)));
}
