using System.Diagnostics;
using System.Text;

namespace AgentCraft.Testing;

/// <summary>One child process with its three streams; knows nothing of the protocol.</summary>
internal sealed class ServerProcess : ServerLife, IServerStreams
{
    private const int TailLines = 20;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly Stream _input;
    private int? _exitCode;

    public ServerProcess(string program, IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach ((string name, string? value) in TestStore.EnvironmentOf(directory).Concat(environment ?? new Dictionary<string, string?>()))
        {
            start.Environment.Remove(name);
            if (value is not null)
                start.Environment.Add(name, value);
        }
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _input = _process.StandardInput.BaseStream;
        Pid = _process.Id;
    }

    public int Pid { get; }

    public Stream Output => _process.StandardOutput.BaseStream;

    public override string StandardError
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    public Task Write(ReadOnlyMemory<byte> bytes) => Write(_input, bytes);

    // The streams end a moment before the process does; its exit code and last words are worth that moment.
    public override async Task<ServerGoneException> Gone(string what, Exception? inner = null)
    {
        await Task.WhenAny(WaitForExit(LastWordsLimit));
        return new ServerGoneException($"The server was gone while the test waited for {what}.{Circumstances}", inner);
    }

    // The stream, not its writer, which fails to flush nothing into a pipe that broke.
    public void CloseInput() => _input.Dispose();

    public void Kill()
    {
        if (_exitCode is null)
            _process.Kill();
    }

    /// <summary>Waits for the end of the process and of its stderr.</summary>
    public async Task<int> WaitForExit(TimeSpan limit)
    {
        if (_exitCode is { } known)
            return known;
        using var end = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(end.Token);
            _exitCode = _process.ExitCode;
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw Late("the server's end", limit);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        CloseInput();
        try
        {
            await WaitForExit(EndLimit);
        }
        catch (TimeoutException)
        {
            Kill();
            await WaitForExit(EndLimit);
        }
        _process.Dispose();
    }

    // The end of a failure's message: how the process is, and the last lines that it wrote to stderr.
    protected override string Circumstances
    {
        get
        {
            string state = _exitCode is { } code ? $"ended with code {code}" : "has not ended";
            string[] lines = StandardError.TrimEnd().Split('\n');
            return $"\nServer process {Pid} {state}; its stderr ends with:\n{string.Join('\n', lines.TakeLast(TailLines))}";
        }
    }

    private void Keep(string? line)
    {
        lock (_error)
            _error.Append(line).Append(line is null ? "" : "\n");
    }
}
