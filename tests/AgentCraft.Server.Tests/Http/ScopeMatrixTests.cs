using System.Net;
using System.Text.Json;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Every tool, by every scope, over every transport.</summary>
[OnEveryEngine]
public sealed class ScopeMatrixTests : IAsyncLifetime
{
    private const string Sessions = "2025-11-25", Stateless = "2026-07-28";
    private static readonly string[] ForAdmins =
    [
        "create_backup", "delete_project", "get_database_stats", "list_backups", "prune_records", "remove_agent", "revoke_tool", "run_maintenance", "verify_database",
    ];

    private TokenServer _one = null!;

    public async Task InitializeAsync() => _one = await TokenServer.Start();

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public async Task Every_tool_is_called_as_its_scope_allows_over_every_transport()
    {
        using TemporaryProject project = new();
        await using StdioServer stdio = await StdioServer.Connect(project.Root, ["--toolsets", "all"]);
        List<(string Way, TokenScope? Scope, Func<string, Task<string>> Call)> ways = [("stdio", null, async tool => (await stdio.Call(tool, new { noSuchArgument = 1 })).ErrorCode ?? "done")];
        // Before there is a token, names are taken on trust.
        foreach (string version in new[] { Sessions, Stateless })
            await Walk(await _one.Server.Connect(version));
        foreach (TokenScope scope in Enum.GetValues<TokenScope>())
            foreach (string version in new[] { Sessions, Stateless })
            {
                HttpConnection client = await _one.Connect($"some-{scope}", version, scope);
                ways.Add(($"{version} {scope}", scope, tool => Outcome(client, tool)));
                Assert.Equal(Catalog().Where(tool => Needs(tool) <= scope).Select(tool => tool.Name).Order(),
                    (await client.Request("tools/list")).GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!).Order());
            }
        HttpConnection stranger = new(_one.Server, Stateless);
        List<string> wrong = [];
        foreach (CatalogTool tool in Catalog())
        {
            foreach ((string way, TokenScope? scope, Func<string, Task<string>> call) in ways)
                if (await call(tool.Name) is var outcome && outcome != (scope < Needs(tool) ? $"403 {Word(Needs(tool))}" : "invalid_argument"))
                    wrong.Add($"{tool.Name} by {way}: {outcome}");
            if (await Outcome(stranger, tool.Name) is not "401" and var open)
                wrong.Add($"{tool.Name} without a token: {open}");
        }
        Assert.Empty(wrong);
        Assert.Equal(ForAdmins, Catalog().Where(tool => Needs(tool) == TokenScope.Admin).Select(tool => tool.Name).Order());

        static async Task Walk(HttpConnection client)
        {
            foreach (CatalogTool tool in Catalog())
                Assert.Equal("invalid_argument", await Outcome(client, tool.Name));
        }
    }

    [Fact]
    public async Task What_administers_or_destroys_asks_a_caller_with_a_token_to_confirm()
    {
        HttpConnection admin = await _one.Connect("boss", Stateless, TokenScope.Admin);
        (await admin.Call("start_session")).Succeeded();
        (await admin.Call("register_agent", new { name = "helper", parent = "boss" })).Succeeded();
        (await admin.Call("create_project", new { name = "spare" })).Succeeded();
        (await admin.Call("define_tool", new { name = "lint", description = "Checks." })).Succeeded();
        (await admin.Call("grant_tool", new { tool = "lint", to = "helper" })).Succeeded();
        foreach (CatalogTool tool in Catalog().Where(tool => Needs(tool) == TokenScope.Admin && !tool.IsReadOnly))
            Assert.True(tool.Definition.InputSchema.GetProperty("properties").TryGetProperty("confirm", out _), tool.Name);
        (string Tool, Dictionary<string, object> Arguments)[] calls =
        [
            ("revoke_tool", new() { ["tool"] = "lint", ["to"] = "helper" }), ("remove_agent", new() { ["name"] = "helper", ["purge"] = true }), ("run_maintenance", new() { ["tasks"] = new[] { "archive" } }), ("create_backup", []),
        ];
        foreach ((string tool, Dictionary<string, object> arguments) in calls)
        {
            Assert.Equal("confirmation_required", (await admin.Call(tool, arguments)).ErrorCode);
            Assert.Equal("confirmation_required", (await admin.Call(tool, new Dictionary<string, object>(arguments) { ["confirm"] = false })).ErrorCode);
        }
        // These two say without confirm what would go.
        Assert.False((await admin.Call("delete_project", new { project = "spare" })).Get<bool>("deleted"));
        Assert.NotEqual("removed", (await admin.Call("get_agent", new { name = "helper" })).GetText("status"));
        foreach ((string tool, Dictionary<string, object> arguments) in calls)
            if (!SampleCalls.IsRefused(tool))
                (await admin.Call(tool, new Dictionary<string, object>(arguments) { ["confirm"] = true })).Succeeded();
        Assert.Equal("removed", (await admin.Call("get_agent", new { name = "helper" })).GetText("status"));
        Assert.Contains(await _one.Audit(row => row.Action == "create_backup"), row => row is { Action: "remove_agent", Outcome: "refused", Agent: "boss" });
    }

    private static IReadOnlyList<CatalogTool> Catalog() => new ToolCatalog(new Lazy<Data.Stores>(() => throw new InvalidOperationException())).All;

    /// <summary>From what the tools say of themselves, not from what the server makes of it.</summary>
    private static TokenScope Needs(CatalogTool tool) =>
        tool.Toolset == "admin" || tool.Definition.Annotations!.DestructiveHint == true ? TokenScope.Admin : tool.Definition.Annotations.ReadOnlyHint == true ? TokenScope.Read : TokenScope.Agent;

    private static string Word(TokenScope scope) => scope.ToString().ToLowerInvariant();

    private static async Task<string> Outcome(HttpConnection client, string tool)
    {
        using HttpExchange exchange = await client.Post(7, "tools/call", new { name = tool, arguments = new { noSuchArgument = 1 } });
        if (exchange.Status == HttpStatusCode.Unauthorized)
            return "401";
        if (exchange.Status == HttpStatusCode.Forbidden)
        {
            string scope = exchange.Header("WWW-Authenticate")!.Split("scope=\"")[^1].TrimEnd('"');
            Assert.Equal(("insufficient_scope", $"Bearer realm=\"agentcraft\", error=\"insufficient_scope\", scope=\"{scope}\""),
                ((await exchange.Error()).GetProperty("data").GetString(), exchange.Header("WWW-Authenticate")));
            return $"403 {scope}";
        }
        JsonElement answer = exchange.Header("Content-Type") == "text/event-stream" ? (await exchange.NextEvent())!.Value : JsonElement.Parse(await exchange.Rest());
        return answer.TryGetProperty("result", out JsonElement result) ? new ToolAnswer(tool, result).ErrorCode ?? "done" : answer.GetRawText();
    }
}
