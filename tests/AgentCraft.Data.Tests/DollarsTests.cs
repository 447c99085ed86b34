namespace AgentCraft.Data.Tests;

public sealed class DollarsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.0", 0)]
    [InlineData("0.1", 100_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("0.0000000010000000000000000000000000000000", 1)]
    [InlineData("1e-9", 1)]
    [InlineData("15E2", 1_500_000_000_000)]
    [InlineData("123456789.123456789", 123_456_789_123_456_789)]
    [InlineData("9223372036.854775807", long.MaxValue)]
    public void Decimal_text_is_read_exactly(string text, long billionths)
    {
        Assert.Equal(billionths, Dollars.Parse(text, "costUsd"));
        Assert.Equal(billionths, Dollars.Of(billionths) * 1_000_000_000m);
    }

    [Theory]
    [InlineData("0.0000000001", "more than 9 digits")]
    [InlineData("1e-10", "more than 9 digits")]
    [InlineData("9223372036.854775808", "too large: the most that can be kept is 9223372036.854775807 dollars")]
    [InlineData("1e400", "too large")]
    [InlineData("1e999", "too large")]
    [InlineData("-0.01", "cannot be negative")]
    [InlineData("", "no amount")]
    [InlineData(" 1", "no amount")]
    [InlineData("1\n", "no amount")]
    [InlineData("1,5", "no amount")]
    [InlineData("$1", "no amount")]
    [InlineData(".5", "no amount")]
    [InlineData("NaN", "no amount")]
    [InlineData("0x10", "no amount")]
    [InlineData("١", "no amount")]
    public void What_is_no_amount_or_cannot_be_kept_is_refused_clearly(string text, string why)
    {
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => Dollars.Parse(text, "costUsd"));
        Assert.Equal(ErrorCodes.InvalidArgument, refusal.Code);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_megabyte_of_digits_costs_nothing() =>
        Assert.Throws<AgentCraftException>(() => Dollars.Parse(new string('9', 1 << 20), "costUsd"));
}
