using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>
/// The waits for messages that are open, by agent: whoever holds a token is one agent, and without tokens a wait names its own. Each takes
/// a connection and some memory for minutes.
/// </summary>
internal sealed class Waits(Lazy<Stores> stores)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One more, until the result is disposed.</summary>
    /// <exception cref="AgentCraftException"><c>limit_reached</c></exception>
    public IDisposable Begin(string agent, Principal? principal)
    {
        int most = stores.Value.Settings.Http.MaxWaits;
        lock (_gate)
        {
            int open = _open.GetValueOrDefault(agent);
            if (open < most)
            {
                _open[agent] = open + 1;
                return new Wait(this, agent);
            }
        }
        AgentCraftException refusal = new(ErrorCodes.LimitReached, $"'{Text.Shown(agent)}' has {most} waits open already (http.maxWaits).",
            "One wait brings whatever comes: let the others end, or cancel them, and call wait_for_messages again. read_inbox needs no wait.", retryable: true);
        stores.Value.Audit.Note(new("limit_reached")
        {
            Principal = principal?.Source, Agent = principal?.Agent, Target = "http.maxWaits", IsRefused = true, Remote = principal?.Remote, Detail = refusal.Message,
        });
        throw refusal;
    }

    private sealed class Wait(Waits owner, string agent) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
                if (--owner._open[agent] == 0)
                    owner._open.Remove(agent);
        }
    }
}
