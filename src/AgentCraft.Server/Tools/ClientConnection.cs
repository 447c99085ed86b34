namespace AgentCraft.Server.Tools;

/// <summary>
/// What is remembered of one client while it is connected: which agents it registered, so that a client with exactly one need not
/// repeat its name. It is a convenience, never a proof of identity.
/// </summary>
internal sealed class ClientConnection : IServiceProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _agents = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The one agent that has registered here; null when there is none or more than one.</summary>
    public string? SoleAgent
    {
        get
        {
            lock (_gate)
                return _agents.Count == 1 ? _agents.First() : null;
        }
    }

    /// <summary>Remembers an agent.</summary>
    public void Registered(string name)
    {
        lock (_gate)
            _agents.Add(name);
    }

    /// <summary>The SDK hands a request's services through; this is the only one.</summary>
    public object? GetService(Type serviceType) => serviceType == typeof(ClientConnection) ? this : null;
}
