using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>Does what a page says, from top to bottom, in a project of its own.</summary>
internal static class GuideRun
{
    private const string Database = "Host=db.example.org;Username=agentcraft;Database=agentcraft";

    /// <summary>Runs the blocks that need PostgreSQL, or those that do not. Ports are free ones, and the database is that of the tests.</summary>
    public static async Task Of(Guide guide, bool withPostgres)
    {
        using TemporaryProject folder = new();
        (int Port, int Other) ports = (FreePort(), FreePort());
        await using GuideShell shell = new(folder.Root);
        await using Caller caller = new(shell, ports.Port);
        GuideCalls calls = new(caller.Start);
        string log = "";
        foreach (GuideBlock block in guide.Blocks.Where(block => block.NeedsPostgres == withPostgres))
        {
            try
            {
                if (block.Kind == "json")
                    await calls.Run(block.Text);
                else if (block.Kind.StartsWith("json ", StringComparison.Ordinal))
                    Assert.Contains(Here(block.Text), log.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal), StringComparison.Ordinal);
                else
                    foreach ((string command, IReadOnlyList<string> output) in block.Commands())
                        if (command.StartsWith("agentcraft serve --http", StringComparison.Ordinal))
                            Hold(command, output.Select(Here), log = await shell.Serve(Here(command)), 0);
                        else if (await shell.Run(Here(command)) is var (printed, code))
                            Hold(command, output.Select(Here), printed, code);
            }
            catch (Exception failure) when (failure is GuideException or Xunit.Sdk.XunitException or InvalidOperationException)
            {
                throw new GuideException($"{block.Guide}:{block.Line}: {failure.Message}");
            }
        }
        calls.End();
        await caller.End();
        await shell.EndServers();

        string Here(string text) => text.Replace("7717", $"{ports.Port}", StringComparison.Ordinal).Replace("7718", $"{ports.Other}", StringComparison.Ordinal).Replace(Database, folder.Store ?? Database, StringComparison.Ordinal);
    }

    private static void Hold(string command, IEnumerable<string> expected, string printed, int code)
    {
        if (code != 0)
            throw new GuideException($"'{command}' ended with exit code {code}:\n{printed}");
        Queue<string> lines = new(printed.Split('\n'));
        foreach (string line in expected)
        {
            while (lines.TryDequeue(out string? actual) && !GuideText.Holds(line.Trim(), actual.Trim()))
                continue;
            if (lines.Count == 0 && !GuideText.Holds(line.Trim(), printed.TrimEnd().Split('\n')[^1].Trim()))
                throw new GuideException($"'{command}' is to print '{line.Trim()}' and printed\n{printed}");
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Calls the server of the page over HTTP once there is one, with the token that the page has exported; before, one in this process.</summary>
    private sealed class Caller(GuideShell shell, int port) : IAsyncDisposable
    {
        private StdioServer? _hosted;
        private HttpServer? _remote;
        private HttpConnection? _connection;

        public async Task<Task<ToolAnswer>> Start(string tool, JsonNode arguments)
        {
            if (!shell.Serves)
            {
                StartedRequest call = await (_hosted ??= await HostedStdio.Connect(shell.Root)).StartCall(tool, arguments);
                return Answer(tool, call);
            }
            if (_connection is null)
            {
                _remote = HttpServer.Hosted(new Uri($"http://127.0.0.1:{port}/mcp"), () => "", () => Task.CompletedTask);
                string token = (await shell.Run("printf %s \"$AGENTCRAFT_TOKEN\"")).Output;
                _connection = await _remote.Connect(token: token.Length > 0 ? token : null);
            }
            return _connection.Call(tool, arguments);
        }

        public async Task End()
        {
            if (_hosted is not null)
                await _hosted.DisposeAsync();
            if (_remote is not null)
                await _remote.DisposeAsync();
            (_hosted, _remote) = (null, null);
        }

        public async ValueTask DisposeAsync() => await End();

        private static async Task<ToolAnswer> Answer(string tool, StartedRequest call) => new(tool, await call.Result());
    }
}
