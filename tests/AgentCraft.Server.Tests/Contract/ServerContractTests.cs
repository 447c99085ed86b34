using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// What the tools promise, on every transport and every engine with the same approved answers. Each noun's cases are an abstract class
/// below this one; a transport's file makes them real. Cases name their caller in every call, since not every transport remembers it.
/// </summary>
[OnEveryEngine]
public abstract class ServerContractTests(ContractTransport transport) : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly List<ContractConnection> _connections = [];

    /// <summary>The project's root; its name is part of answers, so it is always the same.</summary>
    protected string Root => _project.PathOf("shop");

    /// <summary>The first connection.</summary>
    protected ContractConnection Server { get; private set; } = null!;

    /// <summary>See <see cref="ContractTransport.RemembersAgents"/>.</summary>
    protected bool RemembersAgents => transport.RemembersAgents;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Root);
        Server = await Connect();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (ContractConnection connection in _connections)
            await connection.DisposeAsync();
        _project.Dispose();
    }

    /// <summary>Another client of the same root.</summary>
    protected async Task<ContractConnection> Connect()
    {
        ContractConnection connection = await transport.Connect(Root);
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Calls a tool on the first connection.</summary>
    protected Task<ToolAnswer> Call(string tool, object? arguments = null) => Server.Call(tool, arguments);

    /// <summary>Puts agents into the session, the first as its main agent.</summary>
    protected async Task Start(params string[] agents)
    {
        foreach (string agent in agents)
            (await Call("start_session", new { agent })).Succeeded();
    }

    /// <summary>Posts a message and returns its id.</summary>
    protected async Task<string> Post(string from, string to, string content = "hello") =>
        (await Call("log_message", new { from, to, content })).GetText("messages.0.id");

    /// <summary>The store itself, for rows that no tool makes yet.</summary>
    protected Databases OpenStore() => new(Root, new StoreSettings { Postgres = _project.Store }, TimeProvider.System);

    /// <summary>Begins the story of a tool, for its approved file.</summary>
    protected Story Tell(string tool) => new(tool, Server, new Scrub(Root));

    /// <summary>Compares a tool's story with the approved one.</summary>
    protected static void Approve(Story story, string tool) => Approved.Match(story.ToString(), tool, "approved");

    /// <summary>Asserts a failure by its code, and returns it for more.</summary>
    protected static ToolAnswer Refused(string code, ToolAnswer answer)
    {
        Assert.Equal(code, answer.ErrorCode);
        return answer;
    }
}
