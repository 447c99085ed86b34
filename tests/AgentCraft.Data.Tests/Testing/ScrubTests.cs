using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Testing;

public sealed class ScrubTests
{
    [Fact]
    public void Equal_ids_get_equal_tokens_numbered_by_kind_in_order_of_appearance() => Assert.Equal(
        "msg_1 answers msg_2, in thread_1; msg_1 again",
        Scrub.Once("msg_1763700000000_k3v9x0q2a answers msg_1763700000001_aaaaaaaaa, in thread_1763700000000_k3v9x0q2a; "
            + "msg_1763700000000_k3v9x0q2a again"));

    [Theory]
    [InlineData("session_1763700000000_k3v9x0q2a", "session_1")]
    [InlineData("event_1763700000000_k3v9x0q2a", "event_1")]
    [InlineData("handover_1763700000000_k3v9x0q2a", "handover_1")]
    [InlineData("handover_version_1763700000000_k3v9x0q2a", "handover_version_1")]
    [InlineData("metric_1763700000000_k3v9x0q2a", "metric_1")]
    [InlineData("agent_code-reviewer_1763700000000", "agent_1")]
    [InlineData("agent_a_b.c_1763700000000", "agent_1")]
    [InlineData("agent_message", "agent_message")]
    [InlineData("log_message took 1763700000000", "log_message took 1763700000000")]
    public void Ids_are_known_by_their_shape(string text, string expected) => Assert.Equal(expected, Scrub.Once(text));

    [Theory]
    [InlineData("2025-11-21T01:02:03.456Z")]
    [InlineData("2025-11-21T01:02:03+01:00")]
    [InlineData("2025-11-21 01:02 UTC")]
    [InlineData("2025-11-21 01:02:03")]
    public void Times_are_plain_since_whether_two_are_equal_depends_on_the_machine(string time) =>
        Assert.Equal("at time and time, revision 2025-11-25", Scrub.Once($"at {time} and 2026-01-01T00:00:00.000Z, revision 2025-11-25"));

    [Fact]
    public void Times_of_a_controlled_clock_can_be_numbered() => Assert.Equal(
        "time_1 time_2 time_1",
        new Scrub { NumberTimes = true }.Apply("2025-11-21T01:02:03.000Z 2025-11-21T01:02:04.000Z 2025-11-21T01:02:03.000Z"));

    [Fact]
    public void Cursors_and_pids_are_found_in_json_and_in_json_inside_json()
    {
        string json = """{"cursor":"abc_-1","nextCursor":"x","pid":4711,"count":4711,"text":"held by process 4711"}""";
        string expected = """{"cursor":"cursor_1","nextCursor":"cursor_2","pid":pid_1,"count":4711,"text":"held by process pid_1"}""";
        Assert.Equal(expected, Scrub.Once(json));
        Assert.Equal(expected.Replace("\"", "\\\""), Scrub.Once(json.Replace("\"", "\\\"")));
        Assert.Contains("\"cursor\": \"cursor_1\"", Scrub.Once(JsonSerializer.Serialize(new { cursor = "y" }, Indented)));
    }

    [Fact]
    public void The_longest_path_wins_and_each_has_its_number() =>
        Assert.Equal("path_1/x path_2 path_1", Scrub.Once("/tmp/ac-1/deep/x /tmp/ac-1 /tmp/ac-1/deep", "/tmp/ac-1", "/tmp/ac-1/deep"));

    [Fact]
    public void One_scrubber_keeps_its_numbers_over_several_texts()
    {
        var scrub = new Scrub();
        Assert.Equal("msg_1", scrub.Apply("msg_1763700000000_k3v9x0q2a"));
        Assert.Equal("msg_2 msg_1", scrub.Apply("msg_1763700000000_bbbbbbbbb msg_1763700000000_k3v9x0q2a"));
    }

    private static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
}
