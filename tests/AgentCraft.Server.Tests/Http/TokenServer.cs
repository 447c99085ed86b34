using AgentCraft.Data;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>A server of one project on whichever engine, and the means to make tokens for it.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly TemporaryProject _project = new();

    private TokenServer() => Stores = Roots.OpenStores(_project.Root, new StoreOptions(TestStore.Of(_project.Root) ?? ""));

    public HttpServer Server { get; private set; } = null!;

    public Stores Stores { get; }

    public string Root => _project.Root;

    /// <param name="prepare">Is given the root before the server starts.</param>
    public static async Task<TokenServer> Start(Action<string>? prepare = null)
    {
        TokenServer one = new();
        prepare?.Invoke(one.Root);
        one.Server = await HostedHttp.Start(one._project.Root);
        return one;
    }

    /// <summary>A token, text and all.</summary>
    public Task<CreatedToken> Create(string agent, TokenScope scope = TokenScope.Agent, TimeSpan? lifetime = null) => Stores.Tokens.Create(new(agent, scope, lifetime));

    /// <summary>A client of that agent, with a token of its own.</summary>
    public async Task<HttpConnection> Connect(string agent, string protocolVersion = "2025-11-25", TokenScope scope = TokenScope.Agent) =>
        await Server.Connect(protocolVersion, (await Create(agent, scope)).Secret);

    /// <summary>What the audit log says, the oldest first, once it says something that is wanted.</summary>
    public async Task<IReadOnlyList<AuditRow>> Audit(Func<AuditRow, bool> wanted)
    {
        List<AuditRow> rows = [];
        await Eventually.Become(async () =>
        {
            rows = await Stores.Databases.Central.Read(c => c.Query<AuditRow>("SELECT principal, agent, action, target, outcome, remote, detail, previous_hash, hash FROM audit_log ORDER BY seq"));
            return rows.Exists(row => wanted(row));
        }, TimeSpan.FromSeconds(10), "a line in the audit log");
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Stores.DisposeAsync();
        _project.Dispose();
    }

    public sealed class AuditRow
    {
        public string? Principal { get; init; }
        public string? Agent { get; init; }
        public string Action { get; init; } = "";
        public string? Target { get; init; }
        public string Outcome { get; init; } = "";
        public string? Remote { get; init; }
        public string? Detail { get; init; }
        public string PreviousHash { get; init; } = "";
        public string Hash { get; init; } = "";
    }
}
