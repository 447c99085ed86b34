using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>How a call ended.</summary>
/// <param name="Milliseconds">From the write of the request to the read of its answer.</param>
/// <param name="Refused">The error's code; null when it succeeded.</param>
internal readonly record struct Outcome(double Milliseconds, string? Refused);

/// <summary>The calls that the benchmarks make.</summary>
internal static class Load
{
    public const string Content = "The parser drops the last line of a file without a newline. I have a test for it in ParserTests; could you look at the reader?";

    /// <summary>A message as agents write it.</summary>
    public static object Message { get; } = MessageOf("ann", "bob");

    public static object Last50 { get; } = new { agentA = "ann", agentB = "bob", limit = 50 };

    public static object Nothing { get; } = new { };

    public static int ContentBytes => Content.Length;

    public static object MessageOf(string from, string to) => new { from, to, content = Content };

    /// <summary>One call of a tool that must succeed, in ms from the write of the request to the read of its answer.</summary>
    public static async Task<double> Call(StdioServer server, string tool, object arguments)
    {
        StartedRequest call = await server.StartCall(tool, arguments);
        new ToolAnswer(tool, await call.Result()).Succeeded();
        return Milliseconds(call);
    }

    /// <summary>One call that may be refused: then with the error's code.</summary>
    public static async Task<Outcome> Try(StdioServer server, string tool, object arguments)
    {
        StartedRequest call = await server.StartCall(tool, arguments);
        ToolAnswer answer = new(tool, await call.Result());
        return new(Milliseconds(call), answer.IsError ? answer.ErrorCode ?? "unknown" : null);
    }

    /// <summary>One call of <c>ping</c>, which the SDK answers by itself.</summary>
    public static async Task<double> Ping(StdioServer server)
    {
        StartedRequest ping = await server.StartRequest("ping");
        await ping.Result();
        return Milliseconds(ping);
    }

    /// <summary>Answers a second when so many callers call without a pause.</summary>
    public static async Task<double> Rate(StdioServer server, string tool, object arguments, int callers, TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            int count = 0;
            for (; Stopwatch.GetElapsedTime(begin) < duration; count++)
                await Call(server, tool, arguments);
            return count;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public static double Milliseconds(StartedRequest request) => Stopwatch.GetElapsedTime(request.SentAt, request.ReceivedAt).TotalMilliseconds;
}
