using System.Net;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Who did what from where, on each transport; refusals too.</summary>
[OnEveryEngine]
public sealed class AuditTests : IAsyncLifetime
{
    private const string Stateless = "2026-07-28";

    private TokenServer _one = null!;

    public async Task InitializeAsync() => _one = await TokenServer.Start();

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public async Task What_administers_or_destroys_is_written_down_with_who_where_and_to_what()
    {
        HttpConnection boss = await _one.Connect("boss", Stateless, TokenScope.Admin);
        (await boss.Call("start_session")).Succeeded();
        (await boss.Call("register_agent", new { name = "helper", parent = "boss" })).Succeeded();
        (await boss.Call("define_tool", new { name = "lint", description = "Checks." })).Succeeded();
        (await boss.Call("grant_tool", new { tool = "lint", to = "helper" })).Succeeded();
        (await boss.Call("create_project", new { name = "spare" })).Succeeded();
        (await boss.Call("revoke_tool", new { tool = "lint", to = "helper", confirm = true })).Succeeded();
        (await boss.Call("delete_project", new { project = "spare" })).Succeeded();
        (await boss.Call("delete_project", new { project = "spare", confirm = "spare" })).Succeeded();
        (await boss.Call("prune_records", new { kind = "metrics", before = "2020-01-01", confirm = true })).Succeeded();
        (await boss.Call("run_maintenance", new { tasks = new[] { "archive" }, confirm = true })).Succeeded();
        Assert.Equal("confirmation_required", (await boss.Call("remove_agent", new { name = "helper" })).ErrorCode);
        (await boss.Call("remove_agent", new { name = "helper", confirm = true })).Succeeded();
        Assert.Equal(SampleCalls.IsRefused("create_backup"), (await boss.Call("create_backup", new { confirm = true })).ErrorCode is not null);
        IReadOnlyList<AuditRow> rows = [.. (await _one.Stores.Audit.List(new(Agent: "boss"), 200, null)).Entries.Reverse().SkipWhile(row => row.Action == "token_created")];
        Assert.Equal(
            [
                "revoke_tool tool=lint to=helper done confirmed", "delete_project project=spare done not confirmed", "delete_project project=spare done confirmed",
                "prune_records kind=metrics before=2020-01-01 done confirmed", "run_maintenance  done confirmed", "remove_agent name=helper refused Nothing was done: this takes an agent out.",
                "remove_agent name=helper done confirmed",
            ],
            rows.Take(7).Select(row => $"{row.Action} {row.Target} {row.Outcome} {row.Detail}"));
        Assert.Equal("create_backup", rows[7].Action);
        Assert.All(rows, row => Assert.True(row is { Remote: "127.0.0.1" } && row.Principal!.StartsWith("token_", StringComparison.Ordinal)));
        Assert.True((await _one.Stores.AuditCheck.Verify()).Sound);
    }

    [Fact]
    public async Task Without_tokens_the_address_or_the_account_is_written_down()
    {
        HttpConnection local = await _one.Server.Connect(Stateless);
        (await local.Call("start_session", new { agent = "alice" })).Succeeded();
        (await local.Call("run_maintenance", new { agent = "alice", tasks = new[] { "archive" } })).Succeeded();
        using TemporaryProject project = new();
        await using StdioServer stdio = await StdioServer.Connect(project.Root, ["--toolsets", "all"]);
        (await stdio.Call("start_session", new { agent = "alice" })).Succeeded();
        (await stdio.Call("run_maintenance", new { agent = "alice", tasks = new[] { "archive" } })).Succeeded();
        AuditRow overHttp = Assert.Single((await _one.Stores.Audit.List(new(), 20, null)).Entries, row => row.Action == "run_maintenance");
        Assert.Equal((null, "alice", "127.0.0.1"), (overHttp.Principal, overHttp.Agent, overHttp.Remote));
        await using Data.Stores stores = Server.Cli.Roots.OpenStores(project.Root, new Server.Cli.StoreOptions(TestStore.Of(project.Root) ?? ""));
        AuditRow overStdio = Assert.Single((await stores.Audit.List(new(), 20, null)).Entries);
        Assert.Equal(("run_maintenance", $"os:{Environment.UserName}", "alice", "stdio", "done"), (overStdio.Action, overStdio.Principal, overStdio.Agent, overStdio.Remote, overStdio.Outcome));
    }

    [Fact]
    public async Task Refusals_of_HTTP_are_written_down_whatever_refused()
    {
        HttpConnection reader = await _one.Connect("reader", Stateless, TokenScope.Read);
        using HttpExchange scope = await reader.Post(7, "tools/call", new { name = "remove_agent", arguments = new { name = "x" } });
        Assert.Equal(HttpStatusCode.Forbidden, scope.Status);
        foreach ((string name, string value) in new[] { ("Host", "evil.example"), ("Origin", "https://evil.example") })
            using (HttpExchange page = await _one.Server.Send(HttpMethod.Get, "/health/live", null, new Dictionary<string, string?> { [name] = value }))
                Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        using HttpExchange stranger = await _one.Server.Send(HttpMethod.Delete, "/mcp");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.Status);
        IReadOnlyList<TokenServer.AuditRow> rows = await _one.Audit(row => row.Detail?.StartsWith("This server wants", StringComparison.Ordinal) == true);
        Assert.Single(rows, row => row is { Action: "remove_agent", Agent: "reader", Outcome: "refused" });
        Assert.Single(rows, row => row.Detail?.Contains("Host 'evil.example'") == true && row is { Principal: null, Outcome: "refused" });
        Assert.Single(rows, row => row.Detail?.Contains("Origin 'https://evil.example'") == true);
        Assert.Equal(4, rows.Count(row => row.Outcome == "refused"));
    }
}
