using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>Servers watch their store by themselves, and of several one tells.</summary>
[OnEveryEngine]
public sealed class MonitoringTests : IDisposable
{
    private static readonly Dictionary<string, string?> Strict = new()
    {
        ["AGENTCRAFT__MONITORING__INTERVAL"] = "1",
        ["AGENTCRAFT__MONITORING__CENTRALBYTES"] = "1",
        ["AGENTCRAFT__MONITORING__NOTIFY"] = "ann",
    };

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_crossed_threshold_is_a_line_a_message_and_an_event_of_one_of_two_servers()
    {
        await using StdioServer one = await StdioServer.Connect(_project.Root, ["--toolsets", "all"], Strict), two = await StdioServer.Connect(_project.Root, [], Strict);
        // Until both have been used, neither looks.
        (await one.Call("start_session", new { agent = "ann" })).Succeeded();
        (await two.Call("start_session", new { agent = "bob" })).Succeeded();
        ToolAnswer mail = await one.Call("wait_for_messages", new { agent = "ann", timeoutSeconds = 30 });
        Assert.Equal("agentcraft-monitor", mail.GetText("messages.0.from"));
        Assert.StartsWith("Alert: central_bytes is ", mail.GetText("messages.0.content"), StringComparison.Ordinal);
        // The other has looked meanwhile, and found that it is told.
        await Eventually.Become(async () => (await one.Call("get_database_stats")).At("monitoring.servers").GetArrayLength() == 2, TimeSpan.FromSeconds(30), "the other server has looked");
        Assert.Equal(1, (await one.Call("list_events", new { type = "alert_raised" })).GetNumber("total"));
        Assert.Single(Regex.Matches(one.StandardError + two.StandardError, @" warn: MonitoringSchedule: Alert: central_bytes is .* 'ann' has a message\."));
    }
}
