using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Resources;

/// <summary>A project in which a server process of its own posts what others have subscribed to.</summary>
public abstract class SubscriptionProject : IAsyncLifetime
{
    protected const string Inbox = "agentcraft://agents/bob/inbox", Latest = "agentcraft://handovers/latest", Updated = "notifications/resources/updated";
    protected const string Acknowledged = "notifications/subscriptions/acknowledged", SubscriptionId = "io.modelcontextprotocol/subscriptionId";
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly TemporaryProject _project = new();
    private StdioServer _poster = null!;

    protected string Root => _project.Root;

    public virtual async Task InitializeAsync()
    {
        _poster = await StdioServer.Connect(Root, ["--toolsets", "all"]);
        foreach (string agent in new[] { "alice", "bob" })
            (await _poster.Call("start_session", new { agent })).Succeeded();
    }

    public virtual async Task DisposeAsync()
    {
        await _poster.DisposeAsync();
        _project.Dispose();
    }

    protected async Task Post(string to = "bob") => (await _poster.Call("log_message", new { from = "alice", to, content = "Ding." })).Succeeded();

    protected async Task HandOver(bool publish = true) => (await _poster.Call("create_handover", new
    {
        agent = "alice",
        publish,
        sections = new Dictionary<string, string> { ["Goal"] = "Ship it.", ["Current state"] = "It works; `make test` is green.", ["Next steps"] = "- [ ] Release it." },
    })).Succeeded();

    /// <summary>Everything is posted that nobody has asked for.</summary>
    protected async Task PostOther()
    {
        await Post("alice");
        await HandOver(publish: false);
        (await _poster.Call("register_agent", new { name = "carol" })).Succeeded();
    }

    protected Task<ToolAnswer> Call(string tool, object arguments) => _poster.Call(tool, arguments);

    protected static void AssertUpdated(string uri, JsonElement? notification, long? subscription = null)
    {
        Assert.Equal(Updated, notification!.Value.GetProperty("method").GetString());
        JsonElement told = notification.Value.GetProperty("params");
        Assert.Equal(uri, told.GetProperty("uri").GetString());
        AssertSubscription(subscription, told);
    }

    protected static void AssertAcknowledged(string[] uris, JsonElement? notification, long subscription)
    {
        Assert.Equal(Acknowledged, notification!.Value.GetProperty("method").GetString());
        JsonElement told = notification.Value.GetProperty("params"), granted = told.GetProperty("notifications");
        Assert.Equal(uris.Length > 0 ? ["resourceSubscriptions"] : [], granted.EnumerateObject().Select(member => member.Name));
        Assert.Equal(uris, uris.Length > 0 ? granted.GetProperty("resourceSubscriptions").EnumerateArray().Select(uri => uri.GetString()!) : []);
        AssertSubscription(subscription, told);
    }

    protected static object Listening(params string[] uris) => new { notifications = new { toolsListChanged = true, promptsListChanged = true, resourceSubscriptions = uris } };

    /// <summary>As many spellings of one URI as may be wanted.</summary>
    protected static string[] Spellings(int count) => [.. Enumerable.Range(0, count).Select(i => Inbox.Replace("/inbox", "/" + string.Concat(
        "inbox".PadRight(5).Select((letter, at) => (i >> at & 1) == 1 ? $"%{(int)letter:x2}" : $"{letter}"))).Replace("bob", string.Concat(
        "bob".Select((letter, at) => (i >> (at + 5) & 1) == 1 ? $"%{(int)letter:x2}" : $"{letter}"))))];

    protected static async Task<RpcErrorException> Refused(int code, Task request)
    {
        RpcErrorException refusal = await Assert.ThrowsAsync<RpcErrorException>(() => request);
        Contract.AnswerChecks.Decent(refusal.RpcMessage);
        Assert.Equal(code, refusal.Code);
        return refusal;
    }

    private static void AssertSubscription(long? expected, JsonElement told) =>
        Assert.Equal(expected, told.TryGetProperty("_meta", out JsonElement meta) ? meta.GetProperty(SubscriptionId).GetInt64() : null);
}
