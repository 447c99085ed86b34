using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using AgentCraft.Server.Hosting;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tests.Hosting;

public sealed class StdioTransportTests : IAsyncDisposable
{
    private const int Limit = LineReader.AlwaysAllowed + 100;
    private const string Ping = """{"jsonrpc":"2.0","id":"next","method":"ping"}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string Giant = new('x', Limit);

    private readonly Pipe _input = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _output = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly StreamReader _answers;
    private readonly StdioTransport _transport;
    private int _asked;

    public StdioTransportTests()
    {
        _answers = new StreamReader(_output.Reader.AsStream());
        _transport = new(_input.Reader.AsStream(), _output.Writer.AsStream(), AskLimit);
    }

    public async ValueTask DisposeAsync()
    {
        await _input.Writer.CompleteAsync();
        await _transport.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"text":"GIANT"}}""", "7")]
    [InlineData("""{"jsonrpc":"2.0","id":"seven","params":{"id":1,"text":"GIANT"}}""", "\"seven\"")]
    [InlineData("""{"method":"tools/call","params":{"text":"GIANT"},"jsonrpc":"2.0","id":7}""", "7")]
    [InlineData("""{"method":"tools/call","params":{"text":"GIANT"},"jsonrpc":"2.0","id":"seven"}""", "\"seven\"")]
    public async Task A_line_over_the_limit_is_refused_with_its_id_and_the_next_line_is_answered(string line, string id)
    {
        line = line.Replace("GIANT", Giant, StringComparison.Ordinal);
        await Send(line + "\r\n" + Ping + "\n");

        await AssertRefused(-32600, id, $"line of {line.Length} bytes; the limit is {Limit}");
        Assert.Equal("next", (await Receive<JsonRpcRequest>()).Id.Id);
    }

    [Theory]
    [InlineData("GIANT!")]
    [InlineData("""{"method":"x","params":{"text":"GIANT","id":7}}""")]
    [InlineData("""{"method":"x","params":"GIANT,\"id\":7"}""")]
    [InlineData("""{"method":"x","params":["GIANT"],"id":[1,7]}""")]
    [InlineData("""{"method":"x","params":["GIANT"],"id":{"a":1,"id":7}}""")]
    [InlineData("""["GIANT",{"a":1,"id":7}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"text":"GIANT"}}""")]
    [InlineData("""{"result":{"text":"GIANT"},"jsonrpc":"2.0","id":7}""")]
    public async Task A_line_over_the_limit_is_refused_without_an_id_that_may_not_be_the_request_s(string line)
    {
        await Send(line.Replace("GIANT", Giant, StringComparison.Ordinal) + "\n");
        await AssertRefused(-32600, "null", "line of");
    }

    [Theory]
    [InlineData("nonsense", -32700, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"x","params":{""", -32700, "7")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"x"} {}""", -32700, "7")]
    [InlineData("""{"jsonrpc":"2.0","method":"x","params":DEEP,"id":7}""", -32700, "7")]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"method":"x"}]""", -32600, "null")]
    [InlineData("42", -32600, "null")]
    [InlineData("null", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7}""", -32600, "7")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":5}""", -32600, "7")]
    [InlineData("""{"jsonrpc":"2.0","id":"a\nb","method":null}""", -32600, "\"a\\nb\"")]
    [InlineData("""{"jsonrpc":"2.0","id":[7],"method":"x"}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"x"}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"x"}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"1.0","id":7,"method":"x"}""", -32600, "7")]
    [InlineData("""{"jsonrpc":2,"id":7,"method":"x"}""", -32600, "7")]
    [InlineData("""{"id":7,"method":"x"}""", -32600, "7")]
    [InlineData("""{"jsonrpc":"1.0","id":7,"result":{}}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","\ud800":1}""", -32600, "null")]
    [InlineData("{}", -32600, "null")]
    public async Task A_broken_line_is_refused_and_the_next_line_is_answered(string line, int code, string id)
    {
        line = line.Replace("DEEP", new string('[', 99) + new string(']', 99), StringComparison.Ordinal);
        await Send(line + "\n" + Ping + "\n");

        await AssertRefused(code, id, "the line");
        Assert.Equal("next", (await Receive<JsonRpcRequest>()).Id.Id);
    }

    [Fact]
    public async Task Invalid_UTF_8_is_refused_with_the_id()
    {
        await Send([.. """{"jsonrpc":"2.0","method":"x","params":{"text":"""u8, (byte)'"', 0xff, .. "\"},\"id\":7}\n"u8]);
        await AssertRefused(-32700, "7", "UTF-8");
    }

    [Fact]
    public async Task A_refusal_does_not_repeat_what_the_line_says()
    {
        await Send("""{"jsonrpc":"2.0","secret":"hunter2"}""" + "\n" + "hunter2\n" + "hunter2" + Giant + "\n");
        for (int i = 0; i < 3; i++)
            Assert.DoesNotContain("hunter2", await Answer(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_just_the_limit_is_accepted_and_only_long_lines_ask_for_it()
    {
        await Send(Ping + "\n");
        await Receive<JsonRpcRequest>();
        Assert.Equal(0, _asked);

        const string frame = """{"jsonrpc":"2.0","method":"x","params":""}""";
        await Send(frame.Replace("\"\"", $"\"{Giant[frame.Length..]}\"", StringComparison.Ordinal) + "\r\n");
        await Receive<JsonRpcNotification>();
        Assert.NotEqual(0, _asked);
    }

    [Fact]
    public async Task Byte_order_mark_blank_lines_and_CRLF_are_accepted()
    {
        await Send("\uFEFF" + Ping + "\r\n\r\n \t\n\n" + Ping + "\r\n");
        await Receive<JsonRpcRequest>();
        await Receive<JsonRpcRequest>();
        await _input.Writer.CompleteAsync();
        Assert.False(await _transport.MessageReader.WaitToReadAsync().AsTask().WaitAsync(Patience));
        Assert.False(_output.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_line_that_arrives_byte_by_byte_is_one_message()
    {
        foreach (byte b in Encoding.UTF8.GetBytes("\uFEFF" + Ping + "\n"))
            await Send([b]);
        Assert.Equal("ping", (await Receive<JsonRpcRequest>()).Method);
    }

    [Fact]
    public async Task A_last_line_without_newline_is_processed_and_then_the_input_has_ended()
    {
        await Send(Ping);
        await _input.Writer.CompleteAsync();
        Assert.Equal("ping", (await Receive<JsonRpcRequest>()).Method);
        Assert.Equal("end of input", await _transport.InputEnded.WaitAsync(Patience));
        Assert.False(await _transport.MessageReader.WaitToReadAsync().AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_server_answers_what_came_before_the_end_of_input_and_then_ends()
    {
        await using McpServer server = McpServer.Create(_transport, new McpServerOptions());
        await Send(Ping + "\n");
        await _input.Writer.CompleteAsync();
        await _transport.InputEnded.WaitAsync(Patience);

        await server.RunAsync().WaitAsync(Patience);
        Assert.Equal("""{"result":{},"id":"next","jsonrpc":"2.0"}""", await Answer());
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_read_that_blocks()
    {
        await _transport.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.False(_transport.IsConnected);
        Assert.Equal("disposed", await _transport.InputEnded);
        await _transport.SendMessageAsync(Notification("late"));
        Assert.False(_output.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Each_message_is_one_write_of_one_line()
    {
        var output = new Recording();
        await using var transport = new StdioTransport(Silence(), output, () => Limit);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() =>
            transport.SendMessageAsync(Notification(i % 10 == 0 ? Giant : "é \"quoted\"\r\n\u2028")))));

        Assert.Equal(100, output.Writes.Count);
        Assert.All(output.Writes, line => Assert.Equal(line.Length - 1, line.AsSpan().IndexOfAny("\r\n\u2028")));
        Assert.All(output.Writes, line => Assert.IsType<JsonRpcNotification>(Parse(line)));
        Assert.Contains(output.Writes, line => line.Contains("é \\\"quoted\\\"\\r\\n\\u2028", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_has_closed_our_output_ends_the_session_without_an_exception()
    {
        await using var transport = new StdioTransport(Silence(), new Recording { Broken = true }, () => Limit);
        await transport.SendMessageAsync(Notification("x"));
        await transport.SendMessageAsync(Notification("x"));
        Assert.Equal("the client has closed our output", await transport.InputEnded.WaitAsync(Patience));
        Assert.False(transport.IsConnected);
    }

    [Fact]
    public async Task A_client_that_reads_no_answers_does_not_hide_the_end_of_input()
    {
        using var output = new Recording();
        output.Gate.Reset();
        var input = new MemoryStream(Encoding.UTF8.GetBytes("bad\nbad\n"));
        await using var transport = new StdioTransport(input, output, () => Limit);
        Assert.Equal("end of input", await transport.InputEnded.WaitAsync(Patience));
        output.Gate.Set();
    }

    [Fact]
    public void A_line_of_any_length_takes_no_more_memory_than_the_limit_allows()
    {
        var reader = new LineReader(new Endless(length: 256 << 20), () => Limit);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(reader.TryRead(out Line line));
        Assert.Equal(256 << 20, line.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4 * Limit);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void A_limit_that_cannot_be_read_is_the_smallest()
    {
        var reader = new LineReader(new Endless(LineReader.AlwaysAllowed + 1), () => throw new InvalidDataException());
        Assert.True(reader.TryRead(out Line line));
        Assert.Equal(LineReader.AlwaysAllowed, line.Limit);
    }

    private static Stream Silence() => new Pipe().Reader.AsStream();

    private static JsonRpcNotification Notification(string text) => new() { Method = "x", Params = text };

    private static JsonRpcMessage? Parse(string line) => JsonSerializer.Deserialize(line, LineWriter.MessageType);

    private int AskLimit()
    {
        _asked++;
        return Limit;
    }

    private Task Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    private async Task Send(byte[] bytes) => await _input.Writer.WriteAsync(bytes);

    private async Task<string> Answer() =>
        await _answers.ReadLineAsync().WaitAsync(Patience) ?? throw new EndOfStreamException();

    private async Task<T> Receive<T>() where T : JsonRpcMessage =>
        Assert.IsType<T>(await _transport.MessageReader.ReadAsync().AsTask().WaitAsync(Patience));

    private async Task AssertRefused(int code, string id, string message)
    {
        JsonElement answer = JsonElement.Parse(await Answer());
        Assert.Equal(id, answer.GetProperty("id").GetRawText());
        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Keeps what each write call said; can fail like a broken pipe, or block like a full one.</summary>
    private sealed class Recording : MemoryStream
    {
        public List<string> Writes { get; } = [];
        public bool Broken { get; init; }
        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Gate.Wait(Patience);
            if (Broken)
                throw new IOException("Broken pipe");
            Writes.Add(Encoding.UTF8.GetString(buffer));
        }
    }

    /// <summary>A line of spaces, never in memory as a whole.</summary>
    private sealed class Endless(long length) : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, length);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            length -= read;
            return read;
        }
    }
}
