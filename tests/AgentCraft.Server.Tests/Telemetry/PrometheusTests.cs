using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Server.Tests.Http;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Telemetry;

/// <summary><c>/metrics</c>, as Prometheus would read it.</summary>
[OnEveryEngine]
public sealed class PrometheusTests
{
    private const string Secret = "s3cr3t-words-of-a-client";

    [Fact]
    public async Task It_is_off_by_default()
    {
        using TemporaryProject project = new();
        await using HttpServer server = await HostedHttp.Start(project.Root);
        Assert.Equal(HttpStatusCode.NotFound, (await Get(server)).Status);
    }

    [Fact]
    public async Task Every_line_can_be_read_and_counts_what_happened_without_what_was_said()
    {
        using TemporaryProject project = new();
        TurnOn(project.Root);
        await using HttpServer server = await HostedHttp.Start(project.Root);
        HttpConnection client = await server.Connect();
        (await client.Call("start_session", new { agent = "alice" })).Succeeded();
        for (int i = 0; i < 5; i++)
            (await client.Call("log_message", new { from = "alice", to = "alice", content = Secret })).Succeeded();
        Assert.Equal("not_found", (await client.Call("get_conversation", new { agentA = "alice", agentB = Secret })).ErrorCode);
        await Assert.ThrowsAsync<RpcErrorException>(() => client.Call(Secret));

        (HttpStatusCode status, string type, string text) = await Get(server);
        Assert.Equal((HttpStatusCode.OK, "text/plain; version=0.0.4; charset=utf-8"), (status, type));
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Dictionary<string, double> samples = Parse(text);
        Assert.Equal((7, 1, 5), (samples["agentcraft_calls_total"], samples["agentcraft_call_errors_total{code=\"not_found\"}"], samples["agentcraft_rows{kind=\"messages\"}"]));
        Assert.True(samples["agentcraft_watched{name=\"central_bytes\"}"] > 0);
        Assert.Equal(0, samples["agentcraft_alert{name=\"central_bytes\"}"]);
        // Other servers of this process are heard, too.
        Assert.True(samples.Where(sample => sample.Key.StartsWith("mcp_server_operation_duration_seconds_count{", StringComparison.Ordinal)
            && sample.Key.Contains("gen_ai_tool_name=\"log_message\"", StringComparison.Ordinal)).Sum(sample => sample.Value) >= 5);
        foreach (string count in samples.Keys.Where(key => Regex.IsMatch(key, "_seconds_count({|$)")).ToList())
        {
            string[] parts = count.Split("_count", 2);
            string labels = parts[1].Trim('{', '}');
            List<double> buckets = [.. samples.Where(sample => sample.Key.StartsWith($"{parts[0]}_bucket{{{labels}{(labels.Length > 0 ? "," : "")}le=", StringComparison.Ordinal)).Select(sample => sample.Value)];
            Assert.Equal(buckets.Order(), buckets);
            Assert.Equal(samples[count], buckets[^1]);
        }
        Assert.Contains("agentcraft_store_commit_duration_seconds_count", samples.Keys);
        Assert.Contains("agentcraft_store_write_wait_duration_seconds_count", samples.Keys);
    }

    [Fact]
    public async Task Where_there_are_tokens_it_wants_one_of_any_scope()
    {
        await using TokenServer one = await TokenServer.Start(TurnOn);
        Assert.Equal(HttpStatusCode.OK, (await Get(one.Server)).Status);
        string token = (await one.Create("watcher", TokenScope.Read)).Secret;
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(one.Server)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Get(one.Server, token[..^1] + "x")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Get(one.Server, token)).Status);
    }

    private static void TurnOn(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, ".agentcraft"));
        File.WriteAllText(Path.Combine(root, ".agentcraft", "config.json"), """{"telemetry": {"metrics": true}}""");
    }

    private static async Task<(HttpStatusCode Status, string Type, string Text)> Get(HttpServer server, string? token = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server.Mcp, "/metrics"));
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        return (response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", await response.Content.ReadAsStringAsync());
    }

    /// <summary>A sample is a name, labels and a number; each family says its type once, before its samples.</summary>
    private static Dictionary<string, double> Parse(string text)
    {
        Dictionary<string, double> samples = [];
        HashSet<string> families = [];
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            if (Regex.Match(line, "^# TYPE ([a-z_]+) (counter|gauge|histogram)$") is { Success: true } family)
                Assert.True(families.Add(family.Groups[1].Value), line);
            else if (!Regex.IsMatch(line, "^# HELP [a-z_]+ .+$"))
            {
                Match sample = Regex.Match(line, """^(?<name>[a-z_]+)(?<labels>\{[a-z_]+="[^"\\]*"(,[a-z_]+="[^"\\]*")*\})? (?<value>\S+)$""");
                Assert.True(sample.Success, line);
                Assert.Contains(families, family => sample.Groups["name"].Value.StartsWith(family, StringComparison.Ordinal));
                samples.Add(sample.Groups["name"].Value + sample.Groups["labels"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
            }
        }
        return samples;
    }
}
