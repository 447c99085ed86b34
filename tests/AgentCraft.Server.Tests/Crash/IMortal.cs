namespace AgentCraft.Server.Tests.Crash;

/// <summary>A client, or the server that is its alone, that is killed again and again and goes on as if nothing had been.</summary>
internal interface IMortal : IAsyncDisposable
{
    /// <summary>The agent that the client plays.</summary>
    string Agent { get; }

    /// <summary>Calls, over and over as it was, until there is an answer that is final.</summary>
    Task<Answered> Call(string tool, object arguments, CancellationToken cancellation);

    /// <summary>Now, whatever it does at this moment; the next one begins at once.</summary>
    void Kill();
}
