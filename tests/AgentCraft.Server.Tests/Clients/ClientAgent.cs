using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Tests.Clients;

/// <summary>An agent with a client of the official SDK.</summary>
internal sealed class ClientAgent(string name, McpClient client) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Where its inbox was read to when it registered.</summary>
    public string? Cursor { get; private set; }

    /// <summary>Joins the session; returns the session's id.</summary>
    public async Task<string> Register()
    {
        Brief brief = await Call<Brief>("start_session", new() { ["agent"] = name });
        Cursor = brief.Cursor;
        return brief.Session.Id;
    }

    public Task<Posted> Send(string to, string content, string? responseTo = null) =>
        Call<Posted>("log_message", new() { ["from"] = name, ["to"] = to, ["content"] = content, ["responseTo"] = responseTo });

    public Task<Inbox> Read() => Call<Inbox>("read_inbox", new() { ["agent"] = name });

    /// <summary>Waits for what came since it registered.</summary>
    public Task<Inbox> Wait(IProgress<ProgressNotificationValue>? progress = null, CancellationToken cancellation = default) =>
        Call<Inbox>("wait_for_messages", new() { ["agent"] = name, ["cursor"] = Cursor, ["timeoutSeconds"] = 60 }, progress, cancellation);

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private async Task<T> Call<T>(
        string tool, Dictionary<string, object?> arguments, IProgress<ProgressNotificationValue>? progress = null, CancellationToken cancellation = default)
    {
        CallToolResult result = await client.CallToolAsync(tool, arguments, progress, cancellationToken: cancellation).AsTask().WaitAsync(Limit, CancellationToken.None);
        string text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.True(result.IsError is not true, $"{tool}: {text}");
        JsonElement answer = Assert.NotNull(result.StructuredContent);
        Assert.True(JsonElement.DeepEquals(answer, JsonElement.Parse(text)), $"{tool}: the text says something else than the structured content");
        return answer.Deserialize<T>(JsonSerializerOptions.Web)!;
    }

    internal sealed record Brief(SessionOf Session, string Cursor);

    internal sealed record SessionOf(string Id);

    internal sealed record Posted(Mail[] Messages);

    internal sealed record Inbox(Mail[] Messages, long Unread, bool TimedOut);

    internal sealed record Mail(string Id, string? From, string? Content, string ThreadId, string? ResponseTo);
}
