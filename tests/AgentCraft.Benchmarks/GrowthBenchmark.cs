using System.Globalization;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>The same calls on a small store and on one with fifty times as many messages, in turn: what is indexed must not feel it.</summary>
internal static class GrowthBenchmark
{
    private const double ListLimit = 1.2, Limit = 2;
    private const string A = "agent-0", B = "agent-1";

    public static async Task Run(Bench bench)
    {
        (long few, long many) = (bench.Of(20_000, 100_000), bench.Of(60_000, 5_000_000));
        await using StdioServer small = await Serve(bench, few), large = await Serve(bench, many);
        List<Call> calls = [.. await Calls(small, large)];
        int warmUp = bench.Of(10, 100), count = bench.Of(30, 500);
        Sample[] ofSmall = [.. calls.Select(call => new Sample($"{call.Name}, {Text(few)} messages", "ms"))], ofLarge = [.. calls.Select(call => new Sample($"{call.Name}, {Text(many)} messages", "ms"))];
        for (int i = -warmUp; i < count; i++)
            foreach ((int n, Call call) in calls.Index())
            {
                (double a, double b) = (await Load.Call(small, call.Tool, call.OfSmall), await Load.Call(large, call.Tool, call.OfLarge));
                if (i < 0)
                    continue;
                ofSmall[n].Add(a);
                ofLarge[n].Add(b);
            }
        foreach ((int n, Call call) in calls.Index())
        {
            bench.Report.Add(ofSmall[n]);
            bench.Report.Add(ofLarge[n], ofSmall[n]);
            bench.Report.AtMost($"{call.Name} at {Text(many)} messages at most {call.Limit} times at {Text(few)}", ofLarge[n].Median / ofSmall[n].Median, call.Limit);
        }
    }

    private static async Task<StdioServer> Serve(Bench bench, long messages) => await bench.ConnectWithAllTools(await new GrownStore(bench, messages).Get());

    private static async Task<IEnumerable<Call>> Calls(StdioServer small, StdioServer large)
    {
        (string ofSmall, string ofLarge) = (await Middle(small), await Middle(large));
        Call Both(string name, string tool, object arguments, double limit) => new(name, tool, arguments, arguments, limit);
        return
        [
            Both("get_conversation, the last 50", "get_conversation", new { agentA = A, agentB = B, limit = 50 }, ListLimit),
            new("get_conversation, 50 in the middle", "get_conversation", Page(ofSmall), Page(ofLarge), ListLimit),
            Both("read_inbox", "read_inbox", new { agent = A }, Limit),
            Both("search_messages, a word in every tenth", "search_messages", new { query = "area7" }, Limit),
            Both("search_messages, a word in every thousandth", "search_messages", new { query = "topic7" }, Limit),
            Both("search_messages, a word in twenty", "search_messages", new { query = "needle" }, Limit),
            Both("get_database_stats", "get_database_stats", new { }, Limit),
            Both("get_project_stats", "get_project_stats", new { }, Limit),
        ];
    }

    /// <summary>The cursor of the page in the middle of a conversation.</summary>
    private static async Task<string> Middle(StdioServer server)
    {
        ToolAnswer page = await server.Call("get_conversation", new { agentA = A, agentB = B, limit = 50 });
        for (long left = (page.GetNumber("total") / 2) - 50; left > 0; left -= 200)
            page = await server.Call("get_conversation", new { agentA = A, agentB = B, limit = Math.Min(left, 200), cursor = page.GetText("cursor") });
        return page.GetText("cursor");
    }

    private static object Page(string cursor) => new { agentA = A, agentB = B, limit = 50, cursor };

    private static string Text(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private sealed record Call(string Name, string Tool, object OfSmall, object OfLarge, double Limit);
}
