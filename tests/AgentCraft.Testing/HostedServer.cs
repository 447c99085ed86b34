namespace AgentCraft.Testing;

/// <summary>A server that runs in the tests' own process.</summary>
/// <param name="log">What it has logged up to now.</param>
/// <param name="stop">Ends it.</param>
internal class HostedServer(Func<string> log, Func<Task> stop) : ServerLife
{
    private bool _ended;

    public override string StandardError => log();

    protected override string Circumstances => $"\nThe server in this process {(_ended ? "has ended" : "runs")}; its log:\n{StandardError}";

    public override Task<ServerGoneException> Gone(string what, Exception? inner = null) =>
        Task.FromResult(new ServerGoneException($"The server was gone while the test waited for {what}.{Circumstances}", inner));

    public override async ValueTask DisposeAsync()
    {
        await stop();
        _ended = true;
    }
}
