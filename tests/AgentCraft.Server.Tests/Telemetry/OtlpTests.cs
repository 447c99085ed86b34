using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Server.Hosting.Telemetry;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Telemetry;

/// <summary>What a collector gets of a real server, and that nothing a client wrote is in it.</summary>
public sealed class OtlpTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", Parent = "00f067aa0ba902b7", Secret = "s3cr3t-words-of-a-client";

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("pipe", "2025-11-25")]
    [InlineData("tcp", "2025-11-25")]
    [InlineData("tcp", "2026-07-28")]
    public async Task A_call_is_a_span_whose_parent_is_the_trace_context_in_meta_and_has_nothing_that_a_client_wrote(string transport, string version)
    {
        using OtlpCollector collector = new();
        Dictionary<string, string?> environment = new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint, ["OTEL_BSP_SCHEDULE_DELAY"] = "100", ["OTEL_METRIC_EXPORT_INTERVAL"] = "300" };
        await using StdioServer? stdio = transport == "pipe" ? await StdioServer.Connect(_project.Root, [], environment) : null;
        await using HttpServer? http = transport == "tcp" ? await HttpServer.Start(_project.Root, [], environment) : null;
        HttpConnection? client = http is null ? null : await http.Connect(version);
        Task<JsonElement> Send(string method, object parameters) => client is null ? stdio!.Request(method, parameters) : client.Request(method, parameters);

        await Send("tools/call", new { name = "start_session", arguments = new { agent = "alice" } });
        await Send("tools/call", new { name = "log_message", arguments = new { from = "alice", to = "alice", content = Secret }, _meta = new { traceparent = $"00-{Trace}-{Parent}-01", tracestate = "a=b" } });
        await Send("tools/call", new { name = "log_message", arguments = new { from = Secret, to = "alice", content = Secret }, _meta = new { traceparent = Secret } });
        await Send("tools/call", new { name = "get_conversation", arguments = new { agentA = "alice", agentB = Secret } });
        foreach ((string method, object parameters) in new (string, object)[]
        {
            ("tools/call", new { name = Secret }), ("prompts/get", new { name = Secret }), ("resources/read", new { uri = $"agentcraft://agents/{Secret}" }), (Secret, new { }),
        })
            await Assert.ThrowsAsync<RpcErrorException>(() => Send(method, parameters));

        await Eventually.Become(() => Task.FromResult(collector.Spans.Count(span => span.Name != "initialize" && !span.Name.StartsWith("notifications/", StringComparison.Ordinal)) >= 8 && collector.Metrics["agentcraft.calls"].Any() && collector.Metrics["agentcraft.store.commit.duration"].Any()
            && collector.Metrics["mcp.server.operation.duration"].Any(tags => tags["mcp.method.name"] == "_OTHER")),
            TimeSpan.FromSeconds(20), "spans and metrics have come");
        OtlpCollector.Span call = Assert.Single(collector.Spans, span => span.Parent == Parent);
        Assert.Equal((Trace, "tools/call log_message", 2ul, (0ul, "")), (call.Trace, call.Name, call.Kind, call.Status));
        Assert.Equal(("tools/call", "log_message", "execute_tool", "alice", transport),
            (call.Tags["mcp.method.name"], call.Tags["gen_ai.tool.name"], call.Tags["gen_ai.operation.name"], call.Tags["gen_ai.agent.name"], call.Tags["network.transport"]));
        OtlpCollector.Span[] failed = [.. collector.Spans.Where(span => span.Tags.GetValueOrDefault("agentcraft.error.code") == "not_found")];
        Assert.Equal(["tools/call get_conversation", "tools/call log_message"], failed.Select(span => span.Name).Order());
        Assert.All(failed, span => Assert.Equal(("tool_error", (2ul, "")), (span.Tags["error.type"], span.Status)));
        Assert.Contains(collector.Spans, span => span.Name == "tools/call" && span.Tags["gen_ai.tool.name"] == "_OTHER" && span.Tags["error.type"] == "-32602" && span.Status == (2ul, ""));
        Assert.Contains(collector.Spans, span => span.Name == "_OTHER" && span.Tags["rpc.response.status_code"] == "-32601");
        Assert.Contains(collector.Metrics["mcp.server.operation.duration"], tags => tags.GetValueOrDefault("gen_ai.tool.name") == "log_message" && tags["mcp.method.name"] == "tools/call");
        Assert.Equal("agentcraft", collector.Resource["service.name"]);
        Assert.DoesNotContain(Secret, collector.Raw, StringComparison.Ordinal);
    }

    [RequiresTheory(Need.Linux, "/proc shows what a process has loaded")]
    [InlineData(null, false)]
    [InlineData("http://127.0.0.1:1", true)]
    public async Task Its_packages_are_loaded_only_where_a_collector_is_configured(string? endpoint, bool isLoaded)
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, [], new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint });
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        Assert.Equal(isLoaded, File.ReadAllText($"/proc/{server.Pid}/maps").Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_that_is_not_there_keeps_nobody_waiting()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, [], new Dictionary<string, string?> { ["AGENTCRAFT__TELEMETRY__ENDPOINT"] = "http://127.0.0.1:1" });
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        long start = Stopwatch.GetTimestamp();
        server.CloseInput();
        Assert.Equal(0, await server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2.5);
    }

    [Fact]
    public void Where_it_goes_is_said_by_our_name_or_by_those_of_OpenTelemetry()
    {
        Assert.Null(Find(null));
        Assert.Equal(("http://c:4318/v1/traces", "http://c:4318/v1/metrics", false), Find(null, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/")));
        Assert.Equal(("http://a/v1/traces", "http://a/v1/metrics", false), Find("http://a", ("AGENTCRAFT__TELEMETRY__ENDPOINT", "http://b"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c")));
        Assert.Equal(("http://t/x", null, false), Find(null, ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t/x")));
        Assert.Equal(("http://c:4317/", "http://c:4317/", true), Find(null, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")));
        Assert.Equal((null, "http://c/v1/metrics", false), Find(null, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"), ("OTEL_TRACES_EXPORTER", "none")));
        Assert.Null(Find("http://a", ("OTEL_SDK_DISABLED", "true")));
        Assert.Throws<UriFormatException>(() => Find("no address"));
    }

    private static (string?, string?, bool)? Find(string? endpoint, params (string Name, string Value)[] variables) =>
        TelemetryOptions.Find(endpoint, name => variables.FirstOrDefault(variable => variable.Name == name).Value) is { } found
            ? (found.Traces?.ToString(), found.Metrics?.ToString(), found.IsGrpc) : null;
}
