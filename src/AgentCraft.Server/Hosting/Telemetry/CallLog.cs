using System.Diagnostics;
using AgentCraft.Data;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>One line of the log for each call of a tool: which, whose, how long, with which outcome. Never what it was called with.</summary>
internal sealed class CallLog(Lazy<Stores> stores, ILoggerFactory logs)
{
    private const int LongestName = 120;
    private readonly ILogger _log = logs.CreateLogger("Calls");

    /// <summary>A call has been answered.</summary>
    /// <param name="tool">The tool; one that there is.</param>
    /// <param name="agent">Who called; null where nobody has shown to be anybody.</param>
    /// <param name="start">When it came, as a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="error">The code of its error; null when it succeeded.</param>
    public void Note(string tool, string? agent, long start, string? error)
    {
        if (stores.IsValueCreated && stores.Value.Settings.Log.Calls)
            _log.LogInformation("tool={Tool} agent={Agent} durationMs={DurationMs:0.###} outcome={Outcome}",
                tool, IsName(agent) ? agent : "-", Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3), error ?? "ok");
    }

    /// <summary>A name or an id, and no other text that somebody put in the place of one.</summary>
    internal static bool IsName(string? agent) =>
        agent is { Length: > 0 and <= LongestName } && agent.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
