using System.Diagnostics;
using System.Text.RegularExpressions;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Npgsql;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>The commands and the SQL of docs/postgresql-backup.md, with PostgreSQL's own tools.</summary>
public sealed class PostgresBackupTests : PostgresTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "docs", "postgresql-backup.md")).ReplaceLineEndings("\n");

    [Fact]
    public async Task What_pg_dump_keeps_while_servers_write_pg_restore_brings_back_and_a_server_goes_on_with_it()
    {
        string restored = $"{Schema}_restored", dump = Path.Combine(Path.GetTempPath(), $"{Schema}.dump");
        Database alice = Open().Agent("alice", "tester");
        await Rows.Append(One, "w", 1);
        await alice.Write(c => c.Execute("INSERT INTO store_info (key, value) VALUES ('test', 'kept')"));
        await using NpgsqlConnection outside = await Outside();
        using CancellationTokenSource end = new();
        Task writing = Task.Run(async () =>
        {
            for (int number = 2; !end.IsCancellationRequested; number++)
                await Rows.Append(Two, "w", number);
        });
        try
        {
            await RunTool(Command("pg_dump"), dump, Database);
            await end.CancelAsync();
            await writing;
            await RunSql(outside, $"CREATE DATABASE {restored}");
            await RunTool(Command("pg_restore"), dump, restored);
            string epoch = await One.Epoch(), ofAgents = await alice.Epoch();
            await using (NpgsqlConnection copy = new(new NpgsqlConnectionStringBuilder(Address) { Database = restored, Pooling = false }.ConnectionString))
            {
                await copy.OpenAsync();
                await RunSql(copy, Sql());
            }
            Databases server = Open(address => address.Database = restored);
            List<long> numbers = await Rows.Numbers(server.Central, "w");
            Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
            Assert.Equal("kept", await server.Agent("alice", "tester").Read(c => c.First<string>("SELECT value FROM store_info WHERE key = 'test'")));
            string cursor = new Cursor("list", epoch, 1).ToString(), renewed = await server.Central.Epoch();
            Assert.Equal(ErrorCodes.CursorExpired, Assert.Throws<AgentCraftException>(() => Cursor.Parse(cursor, "list", renewed)).Code);
            Assert.NotEqual(ofAgents, await server.Agent("alice", "tester").Epoch());
            Assert.True(await Rows.Append(server.Central, "later", 1) > numbers.Count);
            await server.DisposeAsync();
        }
        finally
        {
            await end.CancelAsync();
            await RunSql(outside, $"DROP DATABASE IF EXISTS {restored} WITH (FORCE)");
            File.Delete(dump);
        }
    }

    private string Database => new NpgsqlConnectionStringBuilder(Address).Database!;

    /// <summary>The page's command, which goes on to the end of its code block.</summary>
    private static string Command(string tool) => Regex.Match(Page, $@"^{tool} [^`]*", RegexOptions.Multiline).Value.Replace("\\\n", " ").Trim();

    private string Sql() => Regex.Match(Page, "```sql\n(.*?)```", RegexOptions.Singleline).Groups[1].Value.Replace("agentcraft", Schema);

    /// <summary>With this test's server, database, schemas and file in the place of the page's.</summary>
    private async Task RunTool(string command, string dump, string database)
    {
        NpgsqlConnectionStringBuilder address = new(Address);
        string[] words = [.. command.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
        {
            "db.example.org" => address.Host!, "agentcraft.dump" => dump, "agentcraft_agents" => $"{Schema}_agents", "agentcraft_restored" => database, _ => word,
        })];
        for (int i = 1; i < words.Length; i++)
            if (words[i] == "agentcraft")
                words[i] = words[i - 1] switch { "--username" => address.Username!, "--dbname" => database, _ => Schema };
        ProcessStartInfo start = new(Program(words[0]), [.. words[1..], "--port", $"{address.Port}"]) { RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = address.Password;
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>The newest of Debian's versions, which lie beside each other; else what is on the PATH.</summary>
    private static string Program(string tool) => (Directory.Exists("/usr/lib/postgresql") ? Directory.GetFiles("/usr/lib/postgresql", tool, SearchOption.AllDirectories) : [])
        .OrderByDescending(path => int.TryParse(path.Split('/')[4], out int version) ? version : 0).FirstOrDefault() ?? tool;

    private static async Task RunSql(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
