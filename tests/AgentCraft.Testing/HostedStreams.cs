using System.IO.Pipelines;

namespace AgentCraft.Testing;

/// <summary>A server that runs in the tests' own process and reads and writes what a process would have as standard input and output.</summary>
internal sealed class HostedStreams : HostedServer, IServerStreams
{
    private readonly Stream _input;

    private HostedStreams(Stream input, Stream output, Func<string> log, Func<Task> stop) : base(log, stop) => (_input, Output) = (input, output);

    public Stream Output { get; }

    /// <param name="run">Serves what comes on the first stream by the second, and returns when the first has ended.</param>
    /// <param name="log">What it has logged up to now.</param>
    public static HostedStreams Start(Func<Stream, Stream, Task> run, Func<string> log)
    {
        Pipe input = new(), output = new();
        Stream read = input.Reader.AsStream(), written = output.Writer.AsStream(), end = input.Writer.AsStream();
        Task running = Task.Run(async () =>
        {
            try
            {
                await run(read, written);
            }
            finally
            {
                await written.DisposeAsync();
            }
        });
        return new(end, output.Reader.AsStream(), log, async () =>
        {
            await end.DisposeAsync();
            await running;
        });
    }

    public Task Write(ReadOnlyMemory<byte> bytes) => Write(_input, bytes);

    public void CloseInput() => _input.Dispose();
}
