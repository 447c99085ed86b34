using AgentCraft.Data;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Tests.Tools;

public sealed class WaitTimeTests
{
    [Theory]
    [InlineData(null, 25)]
    [InlineData(0.0, 0)]
    [InlineData(1.5, 1.5)]
    [InlineData(300.0, 300)]
    [InlineData(301.0, 300)]
    [InlineData(1e308, 300)]
    public void A_wait_lasts_what_is_asked_for_and_five_minutes_at_most(double? asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), MessageTools.AtMost(asked));

    [Fact]
    public void A_wait_of_less_than_no_time_is_refused() =>
        Assert.Equal(ErrorCodes.InvalidArgument, Assert.Throws<AgentCraftException>(() => MessageTools.AtMost(-0.001)).Code);
}
