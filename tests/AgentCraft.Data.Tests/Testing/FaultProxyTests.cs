using System.Diagnostics;
using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Data.Tests.Testing;

[OnPostgres]
public sealed class FaultProxyTests : IAsyncLifetime
{
    private const string Insert = "INSERT INTO rows (number) VALUES (@Number)";

    private readonly TemporaryProject _project = new();
    private readonly FaultProxy _proxy;
    private NpgsqlConnection _direct = null!;

    public FaultProxyTests() => _proxy = new(_project.Store!);

    public async Task InitializeAsync()
    {
        _direct = await Connect(_project.Store!);
        await Run(_direct, $"CREATE SCHEMA {TestStore.SchemasOf(_project.Store!).Central}; CREATE TABLE rows (number INTEGER)");
    }

    public async Task DisposeAsync()
    {
        await _direct.DisposeAsync();
        await _proxy.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_statement_is_not_run_when_its_connection_is_cut_before_it(bool prepared)
    {
        await using NpgsqlConnection connection = await Connect(_proxy.Store);
        await using NpgsqlCommand insert = await Inserting(connection, prepared);
        Task cut = _proxy.CutBefore("into rows");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => insert.ExecuteNonQueryAsync());
        await cut;
        Assert.Equal(1, await Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_statement_is_run_when_its_connection_is_cut_before_its_answer(bool prepared)
    {
        await using NpgsqlConnection connection = await Connect(_proxy.Store);
        await using NpgsqlCommand insert = await Inserting(connection, prepared);
        Task cut = _proxy.CutAfter("INTO ROWS");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => insert.ExecuteNonQueryAsync());
        await cut;
        Assert.Equal(2, await Count());
    }

    [Fact]
    public async Task A_transaction_is_lost_or_kept_by_the_side_of_its_commit_on_which_the_cut_is()
    {
        foreach ((bool after, long rows) in new[] { (false, 0L), (true, 1L) })
        {
            await using NpgsqlConnection connection = await Connect(_proxy.Store);
            NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            await Run(connection, "INSERT INTO rows VALUES (1)");
            Task cut = after ? _proxy.CutAfter("COMMIT") : _proxy.CutBefore("COMMIT");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync());
            await cut;
            Assert.Equal(rows, await Count());
        }
    }

    [Fact]
    public async Task Only_one_connection_is_cut_and_a_second_order_before_that_is_refused()
    {
        await using NpgsqlConnection one = await Connect(_proxy.Store), two = await Connect(_proxy.Store);
        Task cut = _proxy.CutBefore("INSERT");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _proxy.CutBefore("INSERT"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Run(one, "INSERT INTO rows VALUES (1)"));
        await cut;
        await Run(two, "INSERT INTO rows VALUES (2)");
        Assert.Equal(1, await Count());
    }

    [Fact]
    public async Task New_connections_are_refused_for_as_long_as_wished_and_old_ones_go_on()
    {
        await using NpgsqlConnection old = await Connect(_proxy.Store);
        using (_proxy.Refuse())
        {
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => Connect(_proxy.Store));
            await Run(old, "INSERT INTO rows VALUES (1)");
        }
        await using NpgsqlConnection late = await Connect(_proxy.Store);
        Assert.Equal(2, _proxy.Connections);
        _proxy.CutAll();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Run(late, "SELECT 1"));
        Assert.Equal(1, await Count());
    }

    [Fact]
    public async Task Messages_can_be_held_back()
    {
        await using NpgsqlConnection connection = await Connect(_proxy.Store);
        _proxy.Delay = TimeSpan.FromMilliseconds(30);
        long start = Stopwatch.GetTimestamp();
        await Run(connection, "SELECT 1");
        Assert.True(Stopwatch.GetElapsedTime(start) >= _proxy.Delay);
    }

    private static async Task<NpgsqlConnection> Connect(string store)
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(store) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A command that has run once; as a prepared one its text is not sent again.</summary>
    private static async Task<NpgsqlCommand> Inserting(NpgsqlConnection connection, bool prepared)
    {
        NpgsqlCommand insert = new(Insert, connection) { Parameters = { new("Number", 1) } };
        if (prepared)
            await insert.PrepareAsync();
        await insert.ExecuteNonQueryAsync();
        return insert;
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> Count()
    {
        await using NpgsqlCommand count = new("SELECT count(*) FROM rows", _direct);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
