using System.Text.Json;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Hosting;
using AgentCraft.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tests.Http;

/// <summary>The product's host in this process, with tools whose list changes: that is what it sends unasked.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stopping = new();
    private readonly McpServerOptions _options = new() { ToolCollection = [] };
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private Task<int> _running = null!;
    private Uri _mcp = null!;
    private string _session = "";
    private int _tools;

    public async Task InitializeAsync()
    {
        AddTool();
        TaskCompletionSource<Uri> started = new();
        _running = HttpHost.Run(new HttpSettings { Url = "http://127.0.0.1:0", KeepAliveSeconds = 1 }, _options, _ => Task.CompletedTask,
            started.SetResult, NullLoggerFactory.Instance, _stopping);
        _mcp = await started.Task.WaitAsync(Soon);
        HttpRequestMessage initialize = Request(HttpMethod.Post);
        initialize.Content = new StringContent(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using HttpExchange begun = await HttpExchange.Send(_http, initialize, Soon);
        await begun.NextEvent();
        _session = begun.Header("Mcp-Session-Id")!;
    }

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(Soon);
        _http.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_stream_that_was_lost_can_be_opened_again_and_brings_what_was_missed()
    {
        using (HttpExchange first = await Open())
        {
            AddTool();
            await AssertChanged(first);
        }
        await Streams(0);
        AddTool();
        AddTool();

        using HttpExchange second = await Open();
        await AssertChanged(second);
        await AssertChanged(second);
        AddTool();
        await AssertChanged(second);
    }

    [Fact]
    public async Task Nothing_from_before_the_first_stream_is_kept()
    {
        AddTool();
        using HttpExchange stream = await Open();
        Assert.Equal(": keep-alive", await stream.NextLine());
    }

    [Fact]
    public async Task Of_two_streams_the_newer_gets_the_event_and_the_older_takes_over_when_it_is_gone()
    {
        using HttpExchange older = await Open();
        HttpExchange newer = await Open();
        AddTool();
        await AssertChanged(newer);
        newer.Dispose();
        await Streams(1);

        AddTool();
        await AssertChanged(older);
    }

    [Fact]
    public async Task A_stream_is_kept_alive_by_comments_and_ends_with_the_server()
    {
        using HttpExchange stream = await Open();
        Assert.Equal(": keep-alive", await stream.NextLine());
        Assert.Equal("", await stream.NextLine());
        Assert.Equal(": keep-alive", await stream.NextLine());
        await _stopping.CancelAsync();
        Assert.Null(await stream.NextEvent());
    }

    private static async Task AssertChanged(HttpExchange stream) =>
        Assert.Equal("notifications/tools/list_changed", (await stream.NextEvent())!.Value.GetProperty("method").GetString());

    private void AddTool() => _options.ToolCollection!.Add(McpServerTool.Create(() => "", new() { Name = $"tool_{_tools++}" }));

    private Task<HttpExchange> Open() => HttpExchange.Send(_http, Request(HttpMethod.Get), Soon);

    private Task Streams(int count) => Eventually.Become(async () =>
    {
        string health = await _http.GetStringAsync(new Uri(_mcp, "/health/ready"));
        return JsonElement.Parse(health).GetProperty("streams").GetInt32() == count;
    }, Soon, $"{count} open streams");

    private HttpRequestMessage Request(HttpMethod method)
    {
        HttpRequestMessage request = new(method, _mcp);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (_session.Length > 0)
            request.Headers.Add("Mcp-Session-Id", _session);
        return request;
    }
}
