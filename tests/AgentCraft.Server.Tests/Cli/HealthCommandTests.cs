using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft health</c>, as a supervisor calls it.</summary>
public sealed class HealthCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_server_that_can_serve_is_ready_wherever_it_listens()
    {
        await using HttpServer server = await HostedHttp.Start(_project.Root);
        int port = server.Mcp.Port;

        CommandRun said = await Run("--url", $"http://127.0.0.1:{port}");
        // As the setting has it where a server listens for others, and behind a proxy that nobody has started.
        CommandRun json = await Run("--json", "--setting", $"http.url=http://0.0.0.0:{port}/mcp");

        Assert.Equal((0, $"The server at http://127.0.0.1:{port}/ is ready.\n", ""), (said.ExitCode, said.Output.ReplaceLineEndings("\n"), said.Error));
        JsonElement answer = JsonElement.Parse(json.Output);
        Assert.Equal((0, true, "ready", 0), (json.ExitCode, answer.GetProperty("ready").GetBoolean(), answer.GetProperty("status").GetString(), answer.GetProperty("sessions").GetInt32()));
    }

    [Fact]
    public async Task A_server_whose_store_cannot_be_read_is_not_ready()
    {
        await File.WriteAllTextAsync(_project.PathOf(".agentcraft"), "a file where the directory should be");
        await using HttpServer server = await HostedHttp.Start(_project.Root);
        string url = new Uri(server.Mcp, "/").ToString();

        CommandRun said = await Run("--url", url), json = await Run("--url", url, "--json");

        Assert.Equal((1, ""), (said.ExitCode, said.Output));
        Assert.StartsWith($"The server at {url} is not ready: the store cannot be read", said.Error, StringComparison.Ordinal);
        Assert.Equal((1, false), (json.ExitCode, JsonElement.Parse(json.Output).GetProperty("ready").GetBoolean()));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "no server of ours")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "no server of ours: 404")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "no server of ours: 302")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "no server of ours")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "no server of ours")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", "no server of ours")]
    public async Task Whatever_else_listens_there_is_not_ready(string answer, string complaint)
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        Task answering = Answer(other, answer);

        CommandRun run = await Run("--url", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task Where_nothing_listens_it_says_how_to_start_a_server()
    {
        using TcpListener gone = new(IPAddress.Loopback, 0);
        gone.Start();
        int port = ((IPEndPoint)gone.LocalEndpoint).Port;
        gone.Stop();

        CommandRun run = await Run("--url", $"http://localhost:{port}");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"Nothing answers at http://localhost:{port}/: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("agentcraft serve --http", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("ftp://127.0.0.1:21")]
    [InlineData("7717")]
    public async Task What_names_no_server_is_told_so(string url)
    {
        CommandRun run = await Run("--url", url);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'{url}' names no server that can be asked.", run.Error, StringComparison.Ordinal);
    }

    private static async Task Answer(TcpListener listener, string answer)
    {
        using TcpClient caller = await listener.AcceptTcpClientAsync();
        await caller.GetStream().ReadExactlyAsync(new byte["GET /health/ready HTTP/1.1".Length]);
        await caller.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
    }

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of(_project.Root, ["health", .. arguments]);
}
