using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>
/// A client that sends and never reads: once the pipe is full its server cannot answer any more, though it goes on to do what it is told.
/// So the moment between a commit and its answer lasts as long as a test likes.
/// </summary>
internal sealed class DeafClient : IDisposable
{
    private const int Fillers = 40;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private int _id;

    /// <summary>Starts a server, begins a session, and asks for so much that the pipe of answers is full.</summary>
    public DeafClient(string root, string agent)
    {
        ProcessStartInfo start = new(ServerExecutable.Path, ["serve", "--stdio", "--root", root])
        {
            WorkingDirectory = root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[TestStore.Variable] = TestStore.Of(root);
        _process = Process.Start(start)!;
        Send("initialize", new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "deaf", version = "1" } });
        _process.StandardInput.WriteLine("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Call("start_session", new { agent });
        for (int i = 0; i < Fillers; i++)
            Send("tools/list", new { });
    }

    /// <summary>Sends a call; returns its id.</summary>
    public int Call(string tool, object arguments) => Send("tools/call", new { name = tool, arguments });

    /// <summary>kill -9; returns the ids of the requests whose answers had got out whole before.</summary>
    public async Task<IReadOnlyList<int>> Kill()
    {
        _process.Kill();
        string written = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(EndLimit);
        return [.. written.Split('\n').SkipLast(1).Select(line => JsonElement.Parse(line)).Where(answer => answer.TryGetProperty("id", out _))
            .Select(answer => answer.GetProperty("id").GetInt32())];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private int Send(string method, object parameters)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(new { jsonrpc = "2.0", id = ++_id, method, @params = parameters }));
        _process.StandardInput.Flush();
        return _id;
    }
}
