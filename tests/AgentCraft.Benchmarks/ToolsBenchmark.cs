using System.Text;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>What the list of tools costs every client in tokens: a quarter of the bytes of name, description and input schema.</summary>
internal static class ToolsBenchmark
{
    private const int Limit = 2500;

    public static async Task Run(Bench bench)
    {
        Sample ours = new("agentcraft: tool list", "tokens"), all = new("agentcraft: tool list with output schemas", "tokens");
        await using StdioServer server = await bench.Connect(bench.NewRoot());
        JsonElement[] tools = await List(server);
        ours.Add(tools.Sum(Tokens));
        all.Add(tools.Sum(tool => Bytes(tool.GetRawText())) / 4.0);
        Sample? peer = null;
        if (bench.PeerScript is not null)
        {
            peer = new Sample("server-memory: tool list", "tokens");
            await using StdioServer other = bench.StartPeer(bench.NewRoot());
            await other.Initialize();
            peer.Add((await List(other)).Sum(Tokens));
            bench.Report.Add(peer);
        }
        bench.Report.Add(ours, peer);
        bench.Report.Add(all);
        bench.Report.AtMost($"the tool list at most {Limit} tokens", ours.Median, Limit);
    }

    private static async Task<JsonElement[]> List(StdioServer server) => [.. (await server.Request("tools/list")).GetProperty("tools").EnumerateArray()];

    private static double Tokens(JsonElement tool) => (Bytes(tool.GetProperty("name").GetString()!)
        + Bytes(tool.TryGetProperty("description", out JsonElement text) ? text.GetString()! : "")
        + Bytes(tool.GetProperty("inputSchema").GetRawText())) / 4.0;

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
