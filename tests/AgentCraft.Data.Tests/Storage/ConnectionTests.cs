using System.Data.Common;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

[OnEveryEngine]
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_returned_row_that_breaks_a_foreign_key_is_an_error_and_not_a_row_that_is_not_there()
    {
        await using Store store = await Store.Create();
        await store.Central.Write(c => c.Execute(c.Dialect.Ddl("CREATE TABLE child (seq INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER NOT NULL REFERENCES test_rows (seq))")));
        await Assert.ThrowsAnyAsync<DbException>(() =>
            store.Central.Write(c => c.First<long>("INSERT INTO child (parent) VALUES (@Parent) RETURNING seq", new { Parent = 99 })));
        Assert.Equal(0, await store.Central.Read(c => c.First<long>("SELECT count(*) FROM child")));
    }

    [Fact]
    public async Task Parameters_go_by_name_whatever_the_order_of_the_object()
    {
        await using Store store = await Store.Create();
        const string sql = "SELECT @First || '-' || @Second";
        Assert.Equal("a-b", await store.Central.Write(c => c.First<string>(sql, new { First = "a", Second = "b" })));
        Assert.Equal("a-b", await store.Central.Write(c => c.First<string>(sql, new { Second = "b", First = "a" })));
        // Also once the engine has prepared it, which it does by itself for what comes again and again.
        for (int i = 0; i < 5; i++)
            Assert.Equal($"{i}-b", await store.Central.Write(c => c.First<string>(sql, new { First = $"{i}", Second = "b" })));
        for (int i = 0; i < 5; i++)
            Assert.Equal($"a-{i}", await store.Central.Write(c => c.First<string>(sql, new { Second = $"{i}", First = "a" })));
    }

    [Fact]
    public async Task Scalars_of_every_kind_are_read_and_null_is_the_default()
    {
        await using Store store = await Store.Create();
        await store.Central.Write(c =>
        {
            Assert.Equal(7, c.First<int>("SELECT 7"));
            Assert.Equal(7L, c.First<long>("SELECT 7"));
            Assert.Equal(7L, c.First<long?>("SELECT 7"));
            Assert.Equal(7.0, c.First<double>("SELECT 7"));
            Assert.Equal(7.5, c.First<double?>("SELECT 7.5"));
            Assert.True(c.First<bool>("SELECT 1"));
            Assert.True(c.First<bool>("SELECT 1 = 1"));
            Assert.Equal("seven", c.First<string>("SELECT 'seven'"));
            Assert.Null(c.First<string>("SELECT NULL"));
            Assert.Null(c.First<long?>("SELECT NULL"));
            Assert.Null(c.First<long?>("SELECT 1 WHERE 1 = 0"));
            return 0;
        });
    }

    [Fact]
    public async Task A_column_that_is_whole_in_one_row_and_broken_in_the_next_is_read()
    {
        await using Store store = await Store.Create();
        List<Measured> rows = await store.Central.Read(c => c.Query<Measured>("SELECT 1 AS value UNION ALL SELECT 2.5 UNION ALL SELECT NULL"));
        Assert.Equal([1.0, 2.5, null], rows.Select(r => r.Value));
    }

    [Fact]
    public async Task A_statement_that_failed_is_not_left_open_and_can_be_run_again()
    {
        await using Store store = await Store.Create();
        await Rows.Append(store.Central, "w", 1);
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<DbException>(() => Rows.Append(store.Central, "w", 1));
            await Assert.ThrowsAnyAsync<DbException>(() => store.Central.Read(c => c.Query<long>("SELECT abs(-9223372036854775808)")));
            await Assert.ThrowsAnyAsync<DbException>(() => store.Central.Write(c => c.Execute("no statement at all")));
        }
        await Rows.Append(store.Central, "w", 2);
        Assert.Equal(2, await Rows.Count(store.Central));
        await Store.AssertIntact(store.Central);
    }

    [Fact]
    public async Task A_row_of_another_type_from_the_same_statement_is_read()
    {
        await using Store store = await Store.Create();
        await store.Central.Write(c =>
        {
            Assert.Equal(5, c.First<long>("SELECT 5 AS value"));
            Assert.Equal(5, c.First<Measured>("SELECT 5 AS value")!.Value);
            Assert.Equal("5", c.First<string>("SELECT CAST(5 AS TEXT) AS value"));
            return 0;
        });
    }

    private sealed class Measured
    {
        public double? Value { get; init; }
    }
}
