using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>What survives a power cut is what was on the disk: what a server asks of the system shows when that is.</summary>
public sealed partial class SyncedAnswerTests : IDisposable
{
    private const int Posts = 20;

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Requires(Need.Strace, "sees when a server brings its log to the disk")]
    public async Task Each_answer_comes_after_the_log_was_brought_to_the_disk_and_also_that_of_a_repeated_call()
    {
        await using (StdioServer other = await StdioServer.Connect(_project.Root))
            await Register(other);
        string trace = _project.PathOf("trace");
        await using (StdioServer server = StdioServer.StartTraced(_project.Root, "fdatasync,write", trace))
        {
            await server.InitializeOrEnd();
            await Register(server);
            for (int i = 0; i < 2 * Posts; i++)
                (await server.Call("log_message", new { from = "ann", to = "bob", content = $"message {i % Posts}", idempotencyKey = $"key-{i % Posts}" })).Succeeded();
            foreach (bool isReplayed in new[] { false, true })
            {
                JsonElement output = (await server.Call("record_output", new { agent = "ann", path = "a.txt", content = "x", idempotencyKey = "output" })).Succeeded().Structured!.Value;
                Assert.Equal(isReplayed, output.TryGetProperty("replayed", out JsonElement replayed) && replayed.GetBoolean());
            }
            server.CloseInput();
            await server.WaitForExit(server.Limit);
        }
        double[] answers = [.. Begins(trace, "write").TakeLast(2 * Posts + 2)], syncs = [.. Begins(trace, "fdatasync")];
        Assert.Equal(2 * Posts + 2, answers.Length);
        for (int i = 1; i < answers.Length; i++)
            Assert.Contains(syncs, sync => sync > answers[i - 1] && sync < answers[i]);
    }

    private static async Task Register(StdioServer server)
    {
        foreach (string agent in new[] { "ann", "bob" })
            (await server.Call("register_agent", new { name = agent })).Succeeded();
    }

    /// <summary>When the calls began that wrote a tool's answer, or synced the central file's log.</summary>
    private static IEnumerable<double> Begins(string trace, string call) => File.ReadLines(trace).Select(line => Call().Match(line))
        .Where(match => match.Success && match.Groups["call"].Value == call && match.Groups["file"].Value is var file
            && (call == "write" ? file.StartsWith("pipe:", StringComparison.Ordinal) && match.Value.Contains("""{\"result\":{\"content\""", StringComparison.Ordinal) : file.EndsWith("session.db-wal", StringComparison.Ordinal)))
        .Select(match => double.Parse(match.Groups["at"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\d+ +(?<at>[\d.]+) (?<call>\w+)\(\d+<(?<file>[^>]*)>.*")]
    private static partial Regex Call();
}
