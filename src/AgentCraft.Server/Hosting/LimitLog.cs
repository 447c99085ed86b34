using AgentCraft.Data.Audit;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// What limits refuse, for the audit log: the first of a caller at once, and then one line in <see cref="Pause"/> with how many there were,
/// or a flood of requests would become a flood of rows.
/// </summary>
internal sealed class LimitLog(AuditLog? audit)
{
    private const int MostKept = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Limit, string? Caller), (long At, int More)> _seen = [];

    public void Note(string limit, string message, string? remote, Principal? principal)
    {
        if (audit is null || More((limit, principal?.Key ?? remote)) is not { } more)
            return;
        audit.Note(new("limit_reached")
        {
            Principal = principal?.Source, Agent = principal?.Agent, Target = limit, IsRefused = true, Remote = remote,
            Detail = more == 0 ? message : $"{message} ({more} more since the last line)",
        });
    }

    /// <summary>How many were not told since the last that was; null when this one is not either.</summary>
    private int? More((string, string?) key)
    {
        lock (_gate)
        {
            bool known = _seen.TryGetValue(key, out (long At, int More) seen);
            if (known && TimeProvider.System.GetElapsedTime(seen.At) < Pause)
            {
                _seen[key] = (seen.At, seen.More + 1);
                return null;
            }
            if (_seen.Count >= MostKept)
                _seen.Clear();
            _seen[key] = (TimeProvider.System.GetTimestamp(), 0);
            return seen.More;
        }
    }
}
