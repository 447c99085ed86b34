using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>How a server process ends: on the end of its input, on a signal, and when the client that started it is dead.</summary>
public sealed class ProcessLifeTests : IDisposable
{
    private static readonly TimeSpan AfterInput = TimeSpan.FromSeconds(2), AfterParent = TimeSpan.FromSeconds(5);
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_end_of_input_ends_it_although_nothing_was_ever_sent()
    {
        await using StdioServer server = StdioServer.Start(_project.Root);
        server.CloseInput();
        Assert.Equal(0, await server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, server.UnreadLines);
    }

    [Fact]
    public async Task The_end_of_input_ends_waits_and_writes_and_still_answers_what_was_sent_before_it()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await server.Call("start_session", new { agent = "alice" });
        StartedRequest[] waits = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.StartCall("wait_for_messages", new { agent = "alice", timeoutSeconds = 300 })));
        StartedRequest write = await server.StartCall("record_metric", new { agent = "alice", name = "x", value = 1 });
        StartedRequest read = await server.StartCall("list_agents");
        long closed = Stopwatch.GetTimestamp();
        server.CloseInput();

        Assert.Equal(0, await server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(closed), TimeSpan.Zero, AfterInput);
        Assert.Equal(1, new ToolAnswer("list_agents", await read.Result()).GetNumber("total"));
        Assert.Single(new ToolAnswer("record_metric", await write.Result()).At("ids").EnumerateArray());
        foreach (StartedRequest wait in waits)
        {
            ToolAnswer ended = new("wait_for_messages", await wait.Result());
            Assert.Equal("stopping", ended.ErrorCode);
            Assert.True(ended.IsRetryable);
        }
        Assert.Equal(0, server.UnreadLines);
    }

    [Requires(Need.Unix, "sends SIGTERM")]
    public async Task SIGTERM_ends_it_in_order_although_a_wait_is_running()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await server.Call("start_session", new { agent = "alice" });
        StartedRequest wait = await server.StartCall("wait_for_messages", new { timeoutSeconds = 300 });
        await server.Request("ping");
        long sent = Stopwatch.GetTimestamp();
        Signals.Terminate(server.Pid);
        Assert.Equal(0, await server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(sent), TimeSpan.Zero, AfterInput);
        Assert.Equal("stopping", new ToolAnswer("wait_for_messages", await wait.Result()).ErrorCode);
    }

    [Requires(Need.Unix, "kills a shell that stands for the client")]
    public async Task The_death_of_its_parent_ends_it_although_its_input_stays_open()
    {
        // The server's standard streams are the test's pipes, which outlive the shell. A job in the background would get /dev/null.
        await using StdioServer shell = StdioServer.StartProgram("/bin/sh",
            ["-c", "exec 3<&0; \"$0\" serve --stdio --root \"$1\" <&3 & echo \"pid $!\" >&2; wait", ServerExecutable.Path, _project.Root], _project.Root);
        await shell.Initialize();
        await shell.Call("start_session", new { agent = "alice" });
        await shell.StartCall("wait_for_messages", new { timeoutSeconds = 300 });
        int pid = int.Parse(shell.StandardError.Split("pid ")[1].Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Signals.IsAlive(pid));
        long killed = Stopwatch.GetTimestamp();
        shell.Kill();
        await Eventually.Become(() => !Signals.IsAlive(pid), AfterParent, $"the server {pid} ended after its parent");
        Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, AfterParent);
    }

    [Fact]
    public async Task Logs_go_to_standard_error_and_only_protocol_to_standard_output()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await server.Call("start_session", new { agent = "alice" });
        await server.Call("list_agents", new { cursor = "x" });
        server.CloseInput();
        await server.WaitForExit(TimeSpan.FromSeconds(10));
        Assert.Contains("Stopping: end of input.", server.StandardError, StringComparison.Ordinal);
        Assert.Null(await server.ReadLine());
    }
}
