using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class ServeHttpTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task It_prints_its_URL_and_a_configuration_for_each_client()
    {
        await using HttpServer server = await HttpServer.Start(_project.Root, ["--json"]);
        JsonElement printed = JsonElement.Parse(server.Greeting);
        JsonElement clients = printed.GetProperty("clients");
        string url = server.Mcp.ToString();

        Assert.Equal(url, printed.GetProperty("url").GetString());
        Assert.NotEqual(0, server.Mcp.Port);
        Assert.Equal($"claude mcp add --transport http agentcraft {url}", clients.GetProperty("claudeCode").GetProperty("command").GetString());
        Assert.Equal(url, Content("claudeCode").GetProperty("mcpServers").GetProperty("agentcraft").GetProperty("url").GetString());
        Assert.Equal("http", Content("claudeCode").GetProperty("mcpServers").GetProperty("agentcraft").GetProperty("type").GetString());
        Assert.Equal(url, Content("cursor").GetProperty("mcpServers").GetProperty("agentcraft").GetProperty("url").GetString());
        Assert.Equal(url, Content("vscode").GetProperty("servers").GetProperty("agentcraft").GetProperty("url").GetString());

        JsonElement Content(string client) => clients.GetProperty(client).GetProperty("content");
    }

    [Fact]
    public async Task For_people_it_prints_what_can_be_pasted()
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        Assert.Contains($"MCP    {server.Mcp}", server.Greeting);
        Assert.Contains(_project.Root, server.Greeting);
        server.Terminate();
        await server.WaitForExit(TimeSpan.FromSeconds(5));
        string rest = await server.RestOfOutput;
        Assert.Contains($"claude mcp add --transport http agentcraft {server.Mcp}", rest);
        Assert.Equal(server.Mcp.ToString(), Pasted(rest, ".mcp.json").GetProperty("mcpServers").GetProperty("agentcraft").GetProperty("url").GetString());
        Assert.Equal(server.Mcp.ToString(), Pasted(rest, ".cursor/mcp.json").GetProperty("mcpServers").GetProperty("agentcraft").GetProperty("url").GetString());
        Assert.Equal(server.Mcp.ToString(), Pasted(rest, ".vscode/mcp.json").GetProperty("servers").GetProperty("agentcraft").GetProperty("url").GetString());
    }

    [Fact]
    public async Task Once_it_asks_who_calls_the_configurations_take_the_token_from_the_environment_and_hold_none()
    {
        string token = (await Cli.CommandRun.Of(_project.Root, "token", "create", "--agent", "bob", "--scope", "agent", "--root", _project.Root)).Output.Trim();
        Assert.StartsWith("agc_", token);
        await using HttpServer server = await HttpServer.Start(_project.Root, ["--json"]);
        Assert.DoesNotContain("agc_", server.Greeting);
        JsonElement printed = JsonElement.Parse(server.Greeting), clients = printed.GetProperty("clients");
        Assert.Equal("AGENTCRAFT_TOKEN", printed.GetProperty("tokenVariable").GetString());
        Assert.Equal($"claude mcp add --transport http agentcraft {server.Mcp} --header 'Authorization: Bearer ${{AGENTCRAFT_TOKEN}}'", clients.GetProperty("claudeCode").GetProperty("command").GetString());
        Assert.Equal("Bearer ${AGENTCRAFT_TOKEN}", Header("claudeCode", "mcpServers"));
        Assert.Equal("Bearer ${env:AGENTCRAFT_TOKEN}", Header("cursor", "mcpServers"));
        Assert.Equal("Bearer ${input:agentcraft-token}", Header("vscode", "servers"));
        Assert.True(clients.GetProperty("vscode").GetProperty("content").GetProperty("inputs")[0].GetProperty("password").GetBoolean());
        // As a client would send it.
        Assert.Equal("bob", (await (await server.Connect(token: token)).Call("start_session")).GetText("agent.name"));

        string? Header(string client, string servers) =>
            clients.GetProperty(client).GetProperty("content").GetProperty(servers).GetProperty("agentcraft").GetProperty("headers").GetProperty("Authorization").GetString();
    }

    [Fact]
    public async Task A_server_whose_store_cannot_be_opened_lives_but_is_not_ready()
    {
        await File.WriteAllTextAsync(_project.PathOf(".agentcraft"), "a file where the directory should be");
        await using HttpServer server = await HttpServer.Start(_project.Root);
        using HttpExchange live = await server.Send(HttpMethod.Get, "/health/live", null);
        using HttpExchange ready = await server.Send(HttpMethod.Get, "/health/ready", null);
        Assert.Equal((System.Net.HttpStatusCode.OK, System.Net.HttpStatusCode.ServiceUnavailable), (live.Status, ready.Status));
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_call_that_waits_is_kept_alive_by_comments(string revision)
    {
        await using HttpServer server = await HttpServer.Start(_project.Root, environment: new Dictionary<string, string?> { ["AGENTCRAFT__HTTP__KEEPALIVESECONDS"] = "1" });
        HttpConnection client = await server.Connect(revision);
        await client.Call("start_session", new { agent = "alice" });
        using HttpExchange wait = await client.Post(77, "tools/call", new { name = "wait_for_messages", arguments = new { agent = "alice", timeoutSeconds = 5 } });
        Assert.NotNull(await wait.NextEvent());
        Assert.InRange(wait.Comments, 1, 6);
    }

    private static JsonElement Pasted(string greeting, string file)
    {
        string line = greeting.Split('\n').Single(l => l.Contains($" {file} ", StringComparison.Ordinal));
        return JsonElement.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("http://0.0.0.0:7717", "no authentication")]
    [InlineData("http://[::]:0", "no authentication")]
    [InlineData("http://192.168.1.10:0", "no authentication")]
    [InlineData("http://example.com:0", "no authentication")]
    [InlineData("http://localhost.evil.com:0", "no authentication")]
    [InlineData("http://*:0", "no URL")]
    [InlineData("https://127.0.0.1:0", "plain http")]
    [InlineData("http://127.0.0.1:0/elsewhere", "just http://")]
    [InlineData("http://user@127.0.0.1:0", "just http://")]
    [InlineData("127.0.0.1:7717", "no URL")]
    [InlineData("nonsense", "no URL")]
    public async Task An_address_that_is_not_this_machine_s_own_is_refused_with_the_reason(string url, string reason)
    {
        (int exitCode, string error) = await Run("serve", "--http", "--url", url, "--root", _project.Root);
        Assert.Equal(1, exitCode);
        Assert.Contains(reason, error);
        Assert.Contains("--url http://127.0.0.1:7717", error);
    }

    [Fact]
    public async Task The_setting_is_held_to_the_same_rule()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), """{"http":{"url":"http://0.0.0.0:0"}}""");
        Assert.Equal(1, (await Run("serve", "--http", "--root", _project.Root)).ExitCode);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_to_be()
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        (int exitCode, string error) = await Run("serve", "--http", "--url", server.Mcp.ToString(), "--root", _project.Root);
        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", error);
        Assert.Contains("http://127.0.0.1:0", error);
    }

    [Theory]
    [InlineData("--stdio", "--http")]
    [InlineData("--url", "http://127.0.0.1:0")]
    [InlineData("--json")]
    public async Task Options_that_do_not_go_together_are_a_usage_error(params string[] arguments) =>
        Assert.Equal(2, (await Run(["serve", "--root", _project.Root, .. arguments])).ExitCode);

    [Fact]
    public async Task Neither_a_file_of_the_project_nor_ASP_NET_s_variables_configure_it()
    {
        File.WriteAllText(_project.PathOf("appsettings.json"), """{"urls":"http://0.0.0.0:1","Kestrel":{"Endpoints":{"x":{"Url":"http://0.0.0.0:2"}}},"AllowedHosts":"evil.com"}""");
        await using HttpServer server = await HttpServer.Start(_project.Root, environment: new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://0.0.0.0:3", ["ASPNETCORE_ENVIRONMENT"] = "Development", ["DOTNET_URLS"] = "http://0.0.0.0:4",
        });
        Assert.Equal("127.0.0.1", server.Mcp.Host);
        await (await server.Connect()).Request("ping");
        Assert.Equal("", server.Troubles);
    }

    [Requires(Need.Linux, "/proc shows what a process has mapped")]
    public async Task A_stdio_server_never_loads_ASP_NET()
    {
        await using StdioServer stdio = await StdioServer.Connect(_project.Root);
        await stdio.Call("start_session", new { agent = "coder" });
        await using HttpServer http = await HttpServer.Start(_project.Root);

        // Logging and its like lie in the same folder and do not count.
        const string Assembly = @"/Microsoft\.AspNetCore\.[A-Za-z.]+\.dll";
        Assert.DoesNotMatch(Assembly, File.ReadAllText($"/proc/{stdio.Pid}/maps"));
        Assert.Matches(Assembly, File.ReadAllText($"/proc/{http.Pid}/maps"));
    }

    private static async Task<(int ExitCode, string Error)> Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(ServerExecutable.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
