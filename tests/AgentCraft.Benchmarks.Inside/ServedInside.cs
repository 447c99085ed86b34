using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentCraft.Benchmarks.Inside;

/// <summary>What <c>agentcraft serve --stdio</c> runs, with an empty tool, in this process; and a client that costs next to nothing.</summary>
internal sealed class ServedInside : IAsyncDisposable
{
    private const int MostBytes = 1 << 20;

    private readonly Pipe _input = new(), _output = new();
    private readonly Dictionary<string, byte[]> _calls = [];
    private Task _serving = Task.CompletedTask;

    public static async Task<ServedInside> Start(string root)
    {
        ServedInside served = new();
        served._serving = Task.Run(() => served.Serve(root));
        await served.Ask(Line("initialize", new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "benchmark", version = "1" } }));
        await served._input.Writer.WriteAsync("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n"u8.ToArray());
        return served;
    }

    /// <summary>Calls a tool with arguments that are always the same; how many bytes the answer has.</summary>
    public async Task<int> Call(string tool, object arguments)
    {
        if (_calls.TryGetValue(tool, out byte[]? line))
            return (await Ask(line)).Length;
        line = _calls[tool] = Line("tools/call", new { name = tool, arguments });
        byte[] answer = await Ask(line);
        return Encoding.UTF8.GetString(answer) is var text && text.Contains("\"result\":", StringComparison.Ordinal) && !text.Contains("\"isError\":true", StringComparison.Ordinal)
            ? answer.Length : throw new InvalidOperationException(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _input.Writer.CompleteAsync();
        await _serving;
    }

    private async Task<byte[]> Ask(byte[] line)
    {
        await _input.Writer.WriteAsync(line);
        while (true)
        {
            ReadResult read = await _output.Reader.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                byte[] answer = read.Buffer.Slice(0, end).ToArray();
                _output.Reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return answer;
            }
            _output.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                throw new EndOfStreamException("The server has ended.");
        }
    }

    private async Task Serve(string root)
    {
        using CancellationTokenSource stopping = new();
        ILoggerFactory logs = NullLoggerFactory.Instance;
        await StdioServing.Serve(new(root, new()), logs, stopping, async (options, _) =>
        {
            await using StdioTransport transport = new(_input.Reader.AsStream(), _output.Writer.AsStream(), () => MostBytes, logs);
            await StdioSession.Run(transport, options, logs, stopping);
        }, ToolCatalog.Of(() => new EmptyTools()));
    }

    private static byte[] Line(string method, object parameters) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id = 7, method, @params = parameters }), (byte)'\n'];
}
