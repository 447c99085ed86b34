using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft token</c>, and what it means to servers that run or start.</summary>
[OnEveryEngine]
public sealed class TokenCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_token_is_printed_once_listed_by_its_ends_rotated_and_revoked()
    {
        Assert.StartsWith("There is no token", (await Run("list")).Output);
        CommandRun created = await Run("create", "--agent", "reviewer", "--scope", "agent", "--expires", "30d");
        string token = created.Output.Trim();
        Assert.Matches("^agc_[A-Za-z0-9_-]{43}$", token);
        Assert.Contains("for reviewer, scope agent, until ", created.Error);
        Assert.DoesNotContain(token, created.Error);
        JsonElement listed = Assert.Single(JsonElement.Parse((await Run("list", "--json")).Output).EnumerateArray());
        Assert.Equal(("reviewer", "agent", token[..8], token[^4..]),
            (listed.GetProperty("agent").GetString(), listed.GetProperty("scope").GetString(), listed.GetProperty("prefix").GetString(), listed.GetProperty("lastFour").GetString()));
        CommandRun list = await Run("list");
        Assert.Contains($"{token[..8]}…{token[^4..]}", list.Output);
        Assert.DoesNotContain(token, list.Output);
        string id = listed.GetProperty("id").GetString()!;
        string renewed = JsonElement.Parse((await Run("rotate", id, "--json")).Output).GetProperty("token").GetString()!;
        Assert.NotEqual(token, renewed);
        Assert.Equal((0, $"{id} is revoked.\n"), ((await Run("revoke", id)).ExitCode, (await Run("revoke", id)).Output));
        Assert.Contains("revoked", (await Run("list")).Output);
        Assert.Equal(1, (await Run("rotate", id)).ExitCode);
        Assert.Equal(2, (await Run("clear")).ExitCode);
        Assert.Equal("1 token deleted.\n", (await Run("clear", "--yes")).Output);
    }

    [Theory]
    [InlineData(1, "create", "--agent", "a b", "--scope", "agent")]
    [InlineData(1, "create", "--agent", "bob", "--scope", "agent", "--expires", "soon")]
    [InlineData(1, "create", "--agent", "bob", "--scope", "agent", "--expires", "2001-01-01")]
    [InlineData(1, "create", "--agent", "bob", "--scope", "agent", "--expires", "0d")]
    [InlineData(1, "revoke", "token_0")]
    [InlineData(2, "create", "--agent", "bob")]
    [InlineData(2, "create", "--agent", "bob", "--scope", "root")]
    [InlineData(2, "create", "--scope", "read")]
    public async Task What_cannot_be_is_refused_with_a_hint(int exitCode, params string[] arguments)
    {
        CommandRun refused = await Run(arguments);
        Assert.Equal((exitCode, ""), (refused.ExitCode, refused.Output));
        Assert.NotEqual("", refused.Error);
    }

    [Fact]
    public async Task A_server_that_runs_asks_for_it_at_once_and_one_that_others_can_reach_starts_only_with_it()
    {
        CommandRun open = await CommandRun.Of(_project.Root, "serve", "--http", "--url", "http://0.0.0.0:0", "--root", _project.Root);
        Assert.Equal(1, open.ExitCode);
        Assert.Contains("agentcraft token create", open.Error);
        await using HttpServer server = await HttpServer.Start(_project.Root, environment: TestStore.EnvironmentOf(_project.Root));
        await (await server.Connect()).Request("ping");
        string token = (await Run("create", "--agent", "bob", "--scope", "agent")).Output.Trim();
        using HttpExchange refused = await new HttpConnection(server, "2026-07-28").Post(7, "server/discover");
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.Status);
        Assert.Equal("bob", (await (await server.Connect(token: token)).Call("start_session")).GetText("agent.name"));
        await using HttpServer reachable = await HttpServer.StartProgram(
            ServerExecutable.Path, ["serve", "--http", "--url", "http://0.0.0.0:0", "--root", _project.Root], _project.Root, TestStore.EnvironmentOf(_project.Root));
        Assert.Contains("TLS", reachable.StandardError);
        // Even when somebody takes all tokens away again.
        await Run("clear", "--yes");
        using HttpExchange stranger = await reachable.Send(HttpMethod.Post, $"http://127.0.0.1:{reachable.Mcp.Port}/mcp");
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, stranger.Status);
    }

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of(_project.Root, ["token", .. arguments]);
}
