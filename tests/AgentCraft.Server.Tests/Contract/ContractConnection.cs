using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// One client's connection to a server, whatever carries it. Every answer is held against what the server promises of all of them: a
/// success fits the tool's own output schema and says the same as text, a failure has its four members and betrays no internals.
/// </summary>
public abstract class ContractConnection : IAsyncDisposable
{
    private Dictionary<string, JsonElement>? _tools;

    /// <summary>Sends a request and returns its result.</summary>
    /// <exception cref="RpcErrorException">The server answered with an error.</exception>
    public abstract Task<JsonElement> Request(string method, object? parameters = null);

    /// <summary>Calls a tool and leaves its answer for later.</summary>
    public abstract Task<PendingCall> StartCall(string tool, object? arguments = null);

    /// <summary>Calls a tool; a failure of the tool is an answer too.</summary>
    public async Task<ToolAnswer> Call(string tool, object? arguments = null) => await (await StartCall(tool, arguments)).Answer();

    /// <summary>The definitions of all tools by name.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> Tools() =>
        _tools ??= (await Request("tools/list")).GetProperty("tools").EnumerateArray().ToDictionary(tool => tool.GetProperty("name").GetString()!);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>The answer, once it has kept the promises.</summary>
    protected async Task<ToolAnswer> Checked(ToolAnswer answer)
    {
        if (answer.IsError)
            AnswerChecks.Error(answer);
        else
            AnswerChecks.Success(answer, (await Tools())[answer.Tool].GetProperty("outputSchema"));
        return answer;
    }
}

/// <summary>A call whose answer may still be on its way.</summary>
public abstract class PendingCall
{
    /// <summary>True once there is an answer.</summary>
    public abstract bool IsCompleted { get; }

    /// <summary>The answer.</summary>
    public abstract Task<ToolAnswer> Answer();

    /// <summary>Tells the server that nobody waits for it any more.</summary>
    public abstract Task Cancel();
}

/// <summary>What carries the protocol.</summary>
public abstract class ContractTransport
{
    /// <summary>False where each request stands alone, so that a client must always say who it is.</summary>
    public virtual bool RemembersAgents => true;

    /// <summary>Connects a new client to a server of this root.</summary>
    public abstract Task<ContractConnection> Connect(string root);
}
