using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>
/// Servers that one shell has started, on named pipes that this process holds open at both ends: when the shell is killed nobody sends
/// them a signal and no pipe of theirs ends.
/// </summary>
internal sealed class ServerFamily : IDisposable
{
    private const string Script = """
        for i in $(seq 1 "$3"); do mkfifo "$2/in-$i" "$2/out-$i"; done
        for i in $(seq 1 "$3"); do "$0" serve --stdio --root "$1" <"$2/in-$i" >"$2/out-$i" 2>"$2/err-$i" & echo $!; done
        wait
        """;

    private readonly Process _shell;
    private readonly string _root;
    private readonly List<FileStream> _pipes = [];

    private ServerFamily(TemporaryProject project, string pipes, int servers)
    {
        _root = project.Root;
        ProcessStartInfo start = new("/bin/sh", ["-c", Script, ServerExecutable.Path, project.Root, pipes, $"{servers}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[TestStore.Variable] = project.Store;
        _shell = Process.Start(start)!;
    }

    /// <summary>The servers' process ids.</summary>
    public List<int> Pids { get; } = [];

    public static async Task<ServerFamily> Start(TemporaryProject project, int servers)
    {
        string pipes = Directory.CreateDirectory(project.PathOf("pipes")).FullName;
        ServerFamily family = new(project, pipes, servers);
        try
        {
            for (int i = 1; i <= servers; i++)
            {
                family.Pids.Add(int.Parse((await family._shell.StandardOutput.ReadLineAsync())!));
                // Open for both: such an opening never waits for the other end.
                family._pipes.Add(Open(Path.Combine(pipes, $"in-{i}")));
                family._pipes.Add(Open(Path.Combine(pipes, $"out-{i}")));
            }
            return family;
        }
        catch
        {
            family.Dispose();
            throw;
        }
    }

    /// <summary>Every server has opened the store; every second one is in a wait of five minutes.</summary>
    public Task BeginSessions() => Task.Run(() =>
    {
        for (int i = 0; i < Pids.Count; i++)
        {
            Send(i, """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"shell","version":"1"}}}""");
            Send(i, """{"jsonrpc":"2.0","method":"notifications/initialized"}""");
            Send(i, Begin(i));
        }
        for (int i = 0; i < Pids.Count; i++)
        {
            ReadAnswer(i);
            // Fifty that open a store at once may take longer than one of them waits.
            for (string answer = ReadAnswer(i); answer.Contains("\"isError\":true", StringComparison.Ordinal); answer = ReadAnswer(i))
            {
                Assert.Contains("store_busy", answer, StringComparison.Ordinal);
                Send(i, Begin(i));
            }
            if (i % 2 == 0)
                Send(i, Call(3, "wait_for_messages", new { agent = $"agent-{i}", timeoutSeconds = 300 }));
        }
    });

    /// <summary>kill -9 for the shell, and for nobody else.</summary>
    public void KillParent()
    {
        _shell.Kill();
        _shell.WaitForExit();
    }

    /// <summary>Ends what is left of it: only processes that still are servers of this root.</summary>
    public void Dispose()
    {
        if (!_shell.HasExited)
            KillParent();
        foreach (int pid in Pids.Where(pid => Signals.IsAlive(pid) && File.ReadAllText($"/proc/{pid}/cmdline").Contains(_root, StringComparison.Ordinal)))
            Process.GetProcessById(pid).Kill();
        foreach (FileStream pipe in _pipes)
            pipe.Dispose();
        _shell.Dispose();
    }

    private static FileStream Open(string pipe) => new(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);

    private static string Call(int id, string tool, object arguments) =>
        JsonSerializer.Serialize(new { jsonrpc = "2.0", id, method = "tools/call", @params = new { name = tool, arguments } });

    private void Send(int server, string line) => _pipes[2 * server].Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));

    private static string Begin(int server) => Call(2, "start_session", new { agent = $"agent-{server}" });

    private string ReadAnswer(int server)
    {
        List<byte> line = [];
        for (int next = _pipes[2 * server + 1].ReadByte(); next != '\n'; next = _pipes[2 * server + 1].ReadByte())
            line.Add((byte)next);
        return System.Text.Encoding.UTF8.GetString([.. line]);
    }
}
