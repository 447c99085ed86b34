using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>A program that can do what ours does, or its nearest: register, send, read.</summary>
/// <param name="Name">Its name.</param>
internal abstract record Contestant(string Name)
{
    /// <summary>A process on the store of that root.</summary>
    public abstract StdioServer Start(string root);

    /// <summary>The first call of the process that sends.</summary>
    public abstract Task Register(StdioServer server, int process);

    /// <summary>One message to the same recipient as everybody's; false when it was refused.</summary>
    public abstract Task<bool> Send(StdioServer server, int process, int number);

    /// <summary>How many messages a process that begins now is shown or, where it shows only some, told of.</summary>
    public abstract Task<int> Read(StdioServer server);

    /// <summary>Some tell of a failure in the text of what looks like a success.</summary>
    protected static async Task<bool> Call(StdioServer server, string tool, object arguments, string expected = "") =>
        await server.Call(tool, arguments) is { IsError: false } answer && answer.Text.Contains(expected, StringComparison.Ordinal);

    protected static string Content(int process, int number) => $"{process}/{number}: {Load.Content}";

    protected static int Number(ToolAnswer answer, string pattern) =>
        Regex.Match(answer.Succeeded().Text, pattern) is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;
}

internal sealed record OurContestant(Bench Bench, string Name, params string[] Settings) : Contestant(Name)
{
    public override StdioServer Start(string root) => Bench.StartProduct(root, Settings);

    public override async Task Register(StdioServer server, int process)
    {
        (await server.Call("register_agent", new { name = "bob" })).Succeeded();
        (await server.Call("start_session", new { agent = $"sender-{process}" })).Succeeded();
    }

    public override Task<bool> Send(StdioServer server, int process, int number) =>
        Call(server, "log_message", new { from = $"sender-{process}", to = "bob", content = Content(process, number) });

    public override async Task<int> Read(StdioServer server)
    {
        HashSet<string> ids = [];
        string? cursor = null;
        for (bool more = true; more;)
        {
            ToolAnswer page = await server.Call("read_inbox", new { agent = "bob", limit = 200, cursor });
            ids.UnionWith(page.At("messages").EnumerateArray().Select(message => message.GetProperty("id").GetString()!));
            (more, cursor) = (page.At("hasMore").GetBoolean(), page.GetText("cursor"));
        }
        return ids.Count;
    }
}

/// <summary>It knows no messages: an entity each.</summary>
internal sealed record MemoryContestant(Bench Bench) : Contestant("server-memory")
{
    public override StdioServer Start(string root) => Bench.StartPeer(root);

    public override Task Register(StdioServer server, int process) =>
        Call(server, "create_entities", new { entities = new[] { new { name = $"sender-{process}", entityType = "agent", observations = Array.Empty<string>() } } });

    public override Task<bool> Send(StdioServer server, int process, int number) =>
        Call(server, "create_entities", new { entities = new[] { new { name = $"message {process}/{number}", entityType = "message", observations = new[] { Content(process, number) } } } });

    public override async Task<int> Read(StdioServer server) => (await server.Call("search_nodes", new { query = "message" })).At("entities").EnumerateArray()
        .Count(entity => entity.GetProperty("entityType").ValueEquals("message"));
}

/// <summary>Its inbox shows the last ten and says how many there are.</summary>
internal sealed record MemorixContestant(string Script) : Contestant("memorix")
{
    private const string Id = @"\(ID: ([0-9a-f-]+)\)";
    private readonly Dictionary<int, string> _senders = [];
    private string _bob = "";

    public override StdioServer Start(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, ".git", "refs"));
        Directory.CreateDirectory(Path.Combine(root, ".git", "objects"));
        File.WriteAllText(Path.Combine(root, ".git", "HEAD"), "ref: refs/heads/main\n");
        return StdioServer.StartProgram("node", [Script, "serve"], root, new Dictionary<string, string?> { ["HOME"] = root });
    }

    public override async Task Register(StdioServer server, int process)
    {
        string bob = await Join(server, "bob"), sender = await Join(server, $"sender-{process}");
        lock (_senders)
            (_senders[process], _bob) = (sender, bob);
    }

    public override Task<bool> Send(StdioServer server, int process, int number) =>
        Call(server, "team_message", new { action = "send", from = _senders[process], to = _bob, type = "info", content = Content(process, number) }, "Message sent");

    public override async Task<int> Read(StdioServer server) => Number(await server.Call("team_message", new { action = "inbox", agentId = _bob }), @"/ (\d+) total");

    private static async Task<string> Join(StdioServer server, string name) => Regex.Match(
        (await server.Call("team_manage", new { action = "join", name, agentType = "claude", instanceId = name })).Succeeded().Text, Id).Groups[1].Value;
}

internal sealed record KeeperContestant(string Script) : Contestant("mcp-memory-keeper")
{
    public override StdioServer Start(string root) => StdioServer.StartProgram("node", [Script], root, new Dictionary<string, string?> { ["DATA_DIR"] = root });

    public override Task Register(StdioServer server, int process) => Call(server, "context_session_start", new { name = $"sender-{process}" });

    public override Task<bool> Send(StdioServer server, int process, int number) =>
        Call(server, "context_save", new { key = $"message-{process}-{number}", value = Content(process, number), channel = "bob" }, "Saved:");

    /// <summary>It shows nothing before a session has begun.</summary>
    public override async Task<int> Read(StdioServer server)
    {
        await Call(server, "context_session_start", new { name = "reader" });
        return Number(await server.Call("context_get", new { channel = "bob", limit = 100, includeMetadata = true }), @"""total"": (\d+)");
    }
}
