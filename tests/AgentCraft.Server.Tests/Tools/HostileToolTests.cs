namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// Every argument of every tool with every kind of wrong value. One test a tool, because most of its time is the server and the store that
/// it begins with; in four classes, because the tests of one class wait for each other.
/// </summary>
public static class HostileToolTests
{
    public sealed class FirstQuarter : HostileCalls
    {
        [Theory]
        [MemberData(nameof(SampleCalls.Quarter), 0, MemberType = typeof(SampleCalls))]
        public Task Any_value_of_any_argument_is_taken_or_refused_without_a_trace(string tool) => TryAnyValueOfAnyArgument(tool);
    }

    public sealed class SecondQuarter : HostileCalls
    {
        [Theory]
        [MemberData(nameof(SampleCalls.Quarter), 1, MemberType = typeof(SampleCalls))]
        public Task Any_value_of_any_argument_is_taken_or_refused_without_a_trace(string tool) => TryAnyValueOfAnyArgument(tool);
    }

    public sealed class ThirdQuarter : HostileCalls
    {
        [Theory]
        [MemberData(nameof(SampleCalls.Quarter), 2, MemberType = typeof(SampleCalls))]
        public Task Any_value_of_any_argument_is_taken_or_refused_without_a_trace(string tool) => TryAnyValueOfAnyArgument(tool);
    }

    public sealed class FourthQuarter : HostileCalls
    {
        [Theory]
        [MemberData(nameof(SampleCalls.Quarter), 3, MemberType = typeof(SampleCalls))]
        public Task Any_value_of_any_argument_is_taken_or_refused_without_a_trace(string tool) => TryAnyValueOfAnyArgument(tool);
    }
}
