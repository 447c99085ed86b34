using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;
using AgentCraft.Data.Transfer;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Transfer;

/// <summary>What leaves one store is what comes into another, in every table that there is.</summary>
[OnEveryEngine]
public sealed class RoundTripTests : IAsyncDisposable
{
    private static readonly (string, string)[] Agents = [.. FilledStore.Types.Select(type => (FilledStore.NameOf(type), type))];

    private readonly TransferCase _case = new();

    public ValueTask DisposeAsync() => _case.DisposeAsync();

    [Fact]
    public async Task Every_row_of_every_table_arrives() => await RoundTrip(_case.Open(), _case.Open());

    [Fact]
    [OnPostgres]
    public async Task Every_row_travels_from_a_database_server_to_files() => await RoundTrip(_case.Open(), _case.Open(onFiles: true));

    [Fact]
    [OnPostgres]
    public async Task Every_row_travels_from_files_to_a_database_server() => await RoundTrip(_case.Open(onFiles: true), _case.Open());

    [Fact]
    public async Task No_table_is_forgotten_and_each_was_filled()
    {
        await using Stores stores = _case.Open();
        await FilledStore.Fill(stores.Databases);
        TransferSchema central = TransferSchema.OfCentral(stores.Databases.Engine);
        await stores.Databases.Central.Read(c => Check(c, central, "1 = 1"));
        foreach ((string name, string type) in Agents)
            await stores.Databases.Agent(name, type).Read(c => Check(c, TransferSchema.OfAgent([stores.Databases.Schemas.OfAll, stores.Databases.SchemaOf(type)]), null));

        bool Check(Connection c, TransferSchema schema, string? all)
        {
            foreach (string table in StoreRows.Tables(c))
                if (schema.Find(table) is not null)
                    Assert.True(c.First<long>($"SELECT count(*) FROM {table}") >= 2, $"{table} was not filled");
                else
                    Assert.True(TransferRules.IsLeftOut(table) || (all is null && stores.Databases.Engine == "postgres"), $"{table} neither travels nor is it said why not");
            return true;
        }
    }

    [Fact]
    [OnSqlite("The text of the schemas is the same there.")]
    public async Task Keys_and_references_are_what_the_engine_says_they_are()
    {
        await using Stores stores = _case.Open();
        await FilledStore.Fill(stores.Databases);
        await stores.Databases.Central.Read(c => Compare(c, MigrationSet.Get("central").Tables));
        foreach ((string name, string type) in Agents)
            await stores.Databases.Agent(name, type).Read(c => Compare(c, [.. stores.Databases.Schemas.OfAll.Tables, .. stores.Databases.SchemaOf(type).Tables]));

        static bool Compare(Connection c, IReadOnlyList<TableDefinition> tables)
        {
            Assert.All(tables, table =>
            {
                Assert.Equal(c.Query<string>($"SELECT \"from\" || ' ' || \"table\" || ' ' || COALESCE(\"to\", 'seq') FROM pragma_foreign_key_list('{table.Name}')").Order(),
                    table.Columns.Where(column => column.References is not null).Select(column => $"{column.Name} {column.References} {column.ReferencedColumn}").Order());
                Assert.Equal(c.Query<string>($"""
                    SELECT (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) FROM pragma_index_list('{table.Name}') i WHERE i.origin = 'u'
                    """).Order(), table.Uniques.Select(unique => string.Join(',', unique)).Order());
                // A number of another row that no foreign key says must be known by its name, or it would be another row's elsewhere.
                foreach (ColumnDefinition column in table.Columns.Where(column => column.Name.EndsWith("_seq", StringComparison.Ordinal) && column.References is null && !TransferRules.IsLeftOut(table.Name)))
                    Assert.True(TransferRules.IsDerived(table.Name, column.Name) || TransferRules.TargetOf(table.Name, column.Name) is not null || column.Name == "published_seq", $"{table.Name}.{column.Name}");
            });
            return true;
        }
    }

    [Fact]
    public async Task Importing_twice_changes_nothing()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await FilledStore.Fill(from.Databases);
        TransferCase.CopySchemas(from, to);
        string file = await _case.Export(from);
        Assert.False((await to.Import.Run(file, new())).DryRun);
        string once = await Dump(to);
        ImportSummary again = await to.Import.Run(file, new());
        Assert.True(again.Done);
        Assert.Empty(again.Imported);
        Assert.Equal(once, await Dump(to));
        ImportSummary home = await from.Import.Run(file, new());
        Assert.True(home.Done);
        Assert.Empty(home.Imported);
    }

    [Fact]
    public async Task A_dry_run_makes_no_store_and_says_what_would_come()
    {
        await using Stores from = _case.Open(), to = _case.Open();
        await FilledStore.Fill(from.Databases);
        TransferCase.CopySchemas(from, to);
        string file = await _case.Export(from);
        ImportSummary dry = await to.Import.Run(file, new() { DryRun = true });
        Assert.True(dry is { Done: true, DryRun: true });
        if (to.Databases.Engine == "sqlite")
            Assert.Equal([".agentcraft"], Directory.EnumerateFileSystemEntries(to.Databases.Root).Select(Path.GetFileName));
        Assert.Equal(dry.Imported, (await to.Import.Run(file, new())).Imported);
    }

    private async Task RoundTrip(Stores from, Stores to)
    {
        await FilledStore.Fill(from.Databases);
        TransferCase.CopySchemas(from, to);
        string file = await _case.Export(from);
        ImportSummary summary = await to.Import.Run(file, new());
        Assert.True(summary.Done);
        // What is counted from other rows was not filled where they come from.
        bool sameEngine = from.Databases.Engine == to.Databases.Engine;
        Assert.Equal(await Dump(from, sameEngine), WithoutCounts(await Dump(to, sameEngine)));
        string again = await _case.Export(to, name: "again.jsonl");
        Assert.Equal(File.ReadAllLines(file)[1..^1], File.ReadAllLines(again)[1..^1]);
        Assert.Equal("project_1", await to.Databases.Central.Read(c => c.First<string>("SELECT value FROM store_info WHERE key = 'default_project'")));
        Assert.Equal(0, await to.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM store_info WHERE key LIKE 'import%'")));
    }

    /// <summary>Agents share their tables on a database server and so their numbers.</summary>
    private static Task<string> Dump(Stores stores, bool withOwnNumbers = true) => StoreRows.Of(stores.Databases, Agents, withOwnNumbers);

    private static string WithoutCounts(string dump)
    {
        List<string> kept = [];
        bool isKept = true;
        foreach (string line in dump.Split('\n'))
        {
            if (line.StartsWith('#'))
                isKept = !new[] { "inbox_counts", "metric_series", "history_totals", "history_usage" }.Contains(line.Split(' ')[^1]);
            if (isKept)
                kept.Add(line);
        }
        return string.Join('\n', kept);
    }
}
