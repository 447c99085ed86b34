using System.Diagnostics;
using System.Threading.Channels;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A process of tests/AgentCraft.Worker: one line out for each thing that happened, one line in to go on.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "AgentCraft.Worker.dll");

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;
    private readonly Task _reading;

    private WorkerProcess(string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The second word is a root, or a file in one.
        start.Environment[TestStore.Variable] = TestStore.Of(arguments[1]);
        _process = Process.Start(start)!;
        Pid = _process.Id;
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = Task.Run(ReadLines);
    }

    public int Pid { get; }

    public static WorkerProcess Start(params string[] arguments) => new(arguments);

    /// <summary>The next line.</summary>
    public async Task<string> Next()
    {
        using CancellationTokenSource end = new(Limit);
        try
        {
            return await _lines.Reader.ReadAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Worker {Pid} said nothing for {Limit.TotalSeconds} s.");
        }
        catch (ChannelClosedException)
        {
            throw new IOException($"Worker {Pid} ended; its stderr: {await _errors}");
        }
    }

    /// <summary>The next line, which must begin with this word; the words behind it.</summary>
    public async Task<string[]> Next(string word)
    {
        string line = await Next();
        string[] words = line.Split(' ');
        Assert.True(words[0] == word, $"Worker {Pid} was to say '{word} …' but said '{line}'.");
        return words[1..];
    }

    /// <summary>All lines up to its end.</summary>
    public async Task<List<string>> Rest()
    {
        await Ended();
        List<string> lines = [];
        while (_lines.Reader.TryRead(out string? line))
            lines.Add(line);
        return lines;
    }

    /// <summary>Tells it to go on.</summary>
    public void Tell() => _process.StandardInput.WriteLine("go");

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await Ended();
    }

    /// <summary>Waits for its end and that of its output.</summary>
    public async Task Ended()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _reading.WaitAsync(Limit);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
                _process.Kill();
        }
        await Ended();
        _process.Dispose();
    }

    private async Task ReadLines()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _lines.Writer.TryWrite(line);
        _lines.Writer.Complete();
    }
}
