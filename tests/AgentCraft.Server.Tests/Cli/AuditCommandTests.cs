using System.Text.Json;
using AgentCraft.Data.Audit;
using AgentCraft.Server.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft audit</c>, and what commands leave in it.</summary>
[OnEveryEngine]
public sealed class AuditCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task What_people_do_is_listed_and_verified_and_what_is_changed_is_found()
    {
        Assert.StartsWith("Nothing was ever", (await Run("audit", "list")).Output);
        Assert.Equal(0, (await Run("audit", "verify")).ExitCode);
        await Run("token", "create", "--agent", "bob", "--scope", "agent");
        await Run("archive", "--days", "0");
        await Run("doctor", "--reindex");
        JsonElement listed = JsonElement.Parse((await Run("audit", "list", "--json")).Output);
        Assert.Equal(["instances_reindexed", "sessions_archived", "token_created"], listed.GetProperty("entries").EnumerateArray().Select(row => row.GetProperty("action").GetString()));
        Assert.All(listed.GetProperty("entries").EnumerateArray(), row => Assert.Equal(("cli", $"os:{Environment.UserName}"), (row.GetProperty("remote").GetString(), row.GetProperty("principal").GetString())));
        Assert.Matches(@"Z  done     token_created token_\S+  by bob \(os:\S+\) from cli: scope agent\n$", (await Run("audit", "list", "--action", "token_created")).Output);
        CommandRun sound = await Run("audit", "verify");
        Assert.Equal(0, sound.ExitCode);
        Assert.Matches(@"^3 rows: the chain is whole\.\nanchor 3:[0-9a-f]{64}\n$", sound.Output);
        string anchor = sound.Output.Trim().Split(' ')[^1];

        await using (Data.Stores stores = Roots.OpenStores(_project.Root, new StoreOptions(TestStore.Of(_project.Root) ?? "")))
            await stores.Databases.Central.Write(c =>
            {
                c.Execute(_project.Store is null ? "DROP TRIGGER audit_log_kept" : "ALTER TABLE audit_log DISABLE TRIGGER ALL");
                return c.Execute("DELETE FROM audit_log WHERE action = 'sessions_archived'");
            });
        CommandRun broken = await Run("audit", "verify", "--anchor", anchor, "--json");
        Assert.Equal(1, broken.ExitCode);
        JsonElement found = JsonElement.Parse(broken.Output);
        Assert.False(found.GetProperty("sound").GetBoolean());
        Assert.Contains(found.GetProperty("faults").EnumerateArray(), fault => fault.GetProperty("fault").GetString() == "broken" && fault.GetProperty("number").GetInt64() == 2);
        Assert.Contains("tampered", (await Run("audit", "verify")).Output);
        Assert.Equal(1, (await Run("audit", "verify", "--anchor", "3:short")).ExitCode);
        Assert.Equal((2, 2), ((await Run("audit", "list", "--limit", "0")).ExitCode, (await Run("audit", "archive")).ExitCode));
    }

    [Fact]
    public async Task Old_rows_are_put_away_and_still_verified()
    {
        await Run("token", "create", "--agent", "bob", "--scope", "agent");
        Assert.Equal("Nothing is that old.\n", (await Run("audit", "archive", "--before", "1d")).Output);
        CommandRun archived = await Run("audit", "archive", "--before", "2100-01-01");
        Assert.StartsWith("1 row put away into:", archived.Output);
        string file = archived.Output.Split('\n')[1].Trim();
        Assert.Contains("token_created", await File.ReadAllTextAsync(file));
        Assert.StartsWith("2 rows, 1 of them in files: the chain is whole.", (await Run("audit", "verify")).Output);
        File.Delete(file);
        Assert.Equal(1, (await Run("audit", "verify")).ExitCode);
    }

    [Fact]
    public async Task Eight_processes_that_write_at_once_make_one_chain()
    {
        await Run("token", "create", "--agent", "bob", "--scope", "agent");
        CommandRun[] runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Run("token", "create", "--agent", $"bob-{i}", "--scope", "read")));
        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.StartsWith("9 rows: the chain is whole.", (await Run("audit", "verify")).Output);
    }

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of(_project.Root, arguments);
}
