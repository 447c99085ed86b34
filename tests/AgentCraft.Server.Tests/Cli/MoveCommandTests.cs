using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft move</c> as a process: beside servers, killed, and what servers do afterwards.</summary>
public sealed class MoveCommandTests : IDisposable
{
    private const string Why = "moves a store to PostgreSQL";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryProject _project = new();
    private readonly NpgsqlConnectionStringBuilder _database = new(Environment.GetEnvironmentVariable(Need.Postgres) ?? "Host=nowhere") { SearchPath = $"c_{Guid.NewGuid():N}"[..18] };

    private Dictionary<string, string?> Password => new() { ["PGPASSWORD"] = _database.Password ?? "secret-of-the-test", ["AGENTCRAFT__STORE"] = null };

    public void Dispose()
    {
        _project.Dispose();
        if (_database.Host == "nowhere")
            return;
        using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        using NpgsqlCommand drop = new($"""
            DO $drop$ DECLARE name TEXT; BEGIN
            SET LOCAL client_min_messages = warning;
            FOR name IN SELECT nspname FROM pg_namespace WHERE nspname LIKE '{_database.SearchPath}%' LOOP EXECUTE 'DROP SCHEMA ' || name || ' CASCADE'; END LOOP; END $drop$
            """, connection);
        drop.ExecuteNonQuery();
    }

    [Requires(Need.Postgres, Why)]
    public async Task A_live_server_is_named_and_then_servers_find_the_store_where_it_is()
    {
        string config = _project.PathOf(".agentcraft", "config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(config)!);
        await File.WriteAllTextAsync(config, "{\n  // ours\n  \"toolsets\": \"all\",\n}\n");
        await using (StdioServer server = await StdioServer.Connect(_project.Root, environment: Password))
        {
            (await server.Call("start_session", new { agent = "alice" })).Succeeded();
            (await server.Call("append_history", new { agent = "alice", role = "user", content = "kept" })).Succeeded();
            ProgramRun refused = await Move("postgres");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"process {server.Pid} (", refused.Error);
            Assert.Equal(1, (await Move("postgres", "--dry-run")).ExitCode);
            (await server.Call("log_message", new { from = "alice", to = "alice", content = "and still written" })).Succeeded();
        }
        ProgramRun plan = await Move("postgres", "--dry-run");
        Assert.Equal(0, plan.ExitCode);
        Assert.Matches("1  messages\n(.*\n)*.* 1  agent_history of alice\n(.*\n)*Nothing stands in the way", plan.Output);

        ProgramRun moved = await Move("postgres", password: true);
        Assert.Equal((0, ""), (moved.ExitCode, moved.Error));
        Assert.Contains("Checksum of both sides: ", moved.Output);
        Assert.Contains("The password was not written down", moved.Output);
        string said = await File.ReadAllTextAsync(config);
        Assert.Contains("// ours\n  \"toolsets\": \"all\",", said);
        Assert.DoesNotContain("assword", said);
        await using (StdioServer server = await StdioServer.Connect(_project.Root, environment: Password))
            Assert.Equal("and still written", (await server.Call("get_conversation", new { agentA = "alice", agentB = "alice" })).GetText("messages.0.content"));
        // One that was told otherwise: by its client's configuration, for instance.
        await using (StdioServer stale = await StdioServer.Connect(_project.Root, environment: new Dictionary<string, string?>(Password) { ["AGENTCRAFT__STORE"] = "" }))
        {
            ToolAnswer refusal = await stale.Call("list_agents", new { });
            Assert.Equal("store_moved", refusal.ErrorCode);
            Assert.Contains($"PostgreSQL {_database.Host}:", refusal.ErrorMessage!);
            Assert.Contains("setting store", refusal.Hint!);
        }
        Assert.Contains("was moved before", (await Move("postgres")).Output);
    }

    [Requires(Need.Postgres, Why)]
    public async Task Killed_again_and_again_it_arrives_with_every_row_once()
    {
        const int Messages = 40_000;
        await Fill(Messages);
        await KillAt("postgres", line => line.Contains("\"stage\":\"Copying\"", StringComparison.Ordinal));
        Assert.Equal("store_busy", await Refusal(""));
        ProgramRun doctor = await ProgramRun.Of(_project.Root, ["doctor"], Password);
        Assert.Contains("A move of the store was cut off", doctor.Output);
        Assert.Contains("move --to postgres", doctor.Output);
        await KillAt("postgres", line => line.Contains("\"stage\":\"Checking\"", StringComparison.Ordinal));
        Assert.Equal("store_busy", await Refusal(_database.ConnectionString));
        ProgramRun there = await Move("postgres");
        Assert.Equal((0, ""), (there.ExitCode, there.Error));
        Assert.StartsWith("Finished a move that was cut off", there.Output, StringComparison.Ordinal);
        Assert.Equal((Messages, Messages), await Count(_database.ConnectionString));

        await KillAt("sqlite", line => line.Contains("\"stage\":\"Copying\"", StringComparison.Ordinal));
        Assert.Equal("store_busy", await Refusal(_database.ConnectionString));
        ProgramRun back = await Move("sqlite");
        Assert.Equal((0, ""), (back.ExitCode, back.Error));
        Assert.Equal((Messages, Messages), await Count(""));
        Assert.Equal("store_moved", await Refusal(_database.ConnectionString));
        Assert.Equal(0, (await ProgramRun.Of(_project.Root, ["audit", "verify"], Password)).ExitCode);
    }

    [Fact]
    public async Task Without_a_database_or_a_store_it_says_what_is_missing()
    {
        ProgramRun nameless = await ProgramRun.Of(_project.Root, ["move", "--to", "postgres"], Password);
        Assert.Equal(1, nameless.ExitCode);
        Assert.Contains("Name it: --store", nameless.Error);
        Assert.Equal(2, (await ProgramRun.Of(_project.Root, ["move", "--to", "oracle"], Password)).ExitCode);
        if (_database.Host == "nowhere")
            return;
        ProgramRun nothing = await Move("postgres");
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("There is no store in", nothing.Error);
    }

    private Task<ProgramRun> Move(string to, string? option = null, bool password = false)
    {
        NpgsqlConnectionStringBuilder store = new(_database.ConnectionString) { Password = password ? Password["PGPASSWORD"] : null };
        return ProgramRun.Of(_project.Root, ["move", "--to", to, "--store", store.ConnectionString, .. option is null ? Array.Empty<string>() : [option]], Password);
    }

    private async Task KillAt(string to, Func<string, bool> isThere)
    {
        using Process process = CommandRun.Start(_project.Root, "move", "--to", to, "--store", _database.ConnectionString, "--json");
        _ = process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource limit = new(Limit);
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
            if (isThere(line))
            {
                process.Kill();
                await process.WaitForExitAsync(limit.Token);
                return;
            }
        Assert.Fail($"It ended with {process.ExitCode} before.");
    }

    private async Task Fill(int messages)
    {
        await using Stores stores = Open("");
        await stores.Agents.Register(new NewAgent { Name = AgentName.Parse("alice") });
        await stores.Databases.Central.Write(c => c.Execute("""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @Messages)
            INSERT INTO messages (id, from_seq, to_seq, conversation, thread_id, message_type, importance, content, created_at)
            SELECT 'msg_' || i, 1, 1, 4294967297, 't', 'request', 'normal', 'message ' || i, '2026-11-21T00:00:00.000Z' FROM n
            """, new { Messages = messages }));
        await stores.Databases.Central.Write(c => c.Execute("INSERT INTO inbox_counts (to_seq, from_seq, unread, total) VALUES (1, 1, @Messages, @Messages)", new { Messages = messages }));
    }

    private async Task<(long, long)> Count(string store)
    {
        await using Stores stores = Open(store);
        return await stores.Databases.Central.Read(c => (c.First<long>("SELECT count(*) FROM messages"), c.First<long>("SELECT count(DISTINCT id) FROM messages")));
    }

    private async Task<string> Refusal(string store)
    {
        await using Stores stores = Open(store);
        return (await Assert.ThrowsAsync<AgentCraftException>(() => stores.Databases.Central.Read(c => c.First<long>("SELECT 1")))).Code;
    }

    private Stores Open(string store) => new(_project.Root, new Settings { Store = store }, TimeProvider.System);
}
