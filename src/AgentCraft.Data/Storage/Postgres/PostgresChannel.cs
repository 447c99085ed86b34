namespace AgentCraft.Data.Storage.Postgres;

/// <summary>The channel on which the names to wake travel between processes.</summary>
internal sealed class PostgresChannel(string schema)
{
    private const string Everybody = "*";
    private const char Separator = ' ';

    // The server takes 8,000 bytes.
    private const int LongestPayload = 7900;

    /// <summary>The channel.</summary>
    public string Name { get; } = $"agentcraft_{schema}";

    /// <summary>The lock that each process holds shared while somebody in it waits.</summary>
    public string Listening { get; } = $"agentcraft/{schema}//listening";

    /// <summary>One text for all names of a batch; too many are everybody.</summary>
    public string Payload(IReadOnlyCollection<string> names) =>
        string.Join(Separator, names.Distinct(StringComparer.OrdinalIgnoreCase)) is { Length: <= LongestPayload } payload ? payload : Everybody;

    /// <summary>The names again; null for everybody.</summary>
    public static string[]? Names(string payload) => payload == Everybody ? null : payload.Split(Separator);
}
