namespace AgentCraft.Testing;

/// <summary>The standard input and output of a server, seen from its client.</summary>
internal interface IServerStreams
{
    /// <summary>What the server writes.</summary>
    Stream Output { get; }

    /// <summary>Writes these bytes whole, after those of earlier callers.</summary>
    Task Write(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends what the server reads.</summary>
    void CloseInput();
}
