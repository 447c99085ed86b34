using System.Text;
using System.Text.Json;

namespace AgentCraft.Data.Tests;

public sealed class CursorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void What_was_written_is_read(long seq)
    {
        Cursor cursor = new("inbox", "abc123", seq);
        Assert.Equal(cursor, Cursor.Parse(cursor.ToString(), "inbox", "abc123"));
        Assert.Matches("^[A-Za-z0-9_-]+$", cursor.ToString());
    }

    [Fact]
    public void A_cursor_of_another_list_is_invalid() =>
        AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse(new Cursor("conversation", "e", 1).ToString(), "inbox", "e"));

    [Fact]
    public void A_cursor_of_a_store_that_was_replaced_has_expired_and_says_how_to_go_on()
    {
        AgentCraftException expired = AssertCode(ErrorCodes.CursorExpired, () => Cursor.Parse(new Cursor("inbox", "old", 1).ToString(), "inbox", "new"));
        Assert.Contains("without a cursor", expired.Hint);
    }

    [Fact]
    public void A_cursor_that_was_copied_badly_is_invalid()
    {
        string good = new Cursor("inbox", "e", 1234).ToString();
        for (int i = 0; i < good.Length; i++)
        {
            AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse(good[..i], "inbox", "e"));
            AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse(good.Remove(i, 1), "inbox", "e"));
            AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse(good.Insert(i, " "), "inbox", "e"));
            AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse($"{good[..i]}{(good[i] == 'A' ? 'B' : 'A')}{good[(i + 1)..]}", "inbox", "e"));
        }
        foreach (string more in new[] { " ", "=", "x", "\n", good })
            AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse(good + more, "inbox", "e"));
    }

    public static TheoryData<string> Foreign =>
    [
        "", " ", "0", "not base64!", "=", "AAAA", "ÄÖÜ", "😀😀😀", "\0", "../../etc/passwd", new string('A', 201), new string('x', 1_000_000),
        Encoded("inbox:e"), Encoded("inbox:e:1:2"), Encoded("inbox:e:-1"), Encoded("inbox:e: 1"), Encoded("inbox:e:+1"), Encoded("inbox:e:1.0"),
        Encoded("inbox:e:9223372036854775808"), Encoded("inbox:e:99999999999999999999999999"), Encoded("inbox:e:١"), Encoded("INBOX:e:1"), Encoded("::"),
        new string('x', 39) + "😀😀",
    ];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Text_that_is_no_cursor_of_ours_is_invalid_and_the_refusal_can_be_sent(string text)
    {
        AgentCraftException invalid = AssertCode(ErrorCodes.InvalidCursor, () => Cursor.Parse(text, "inbox", "e"));
        Assert.InRange(invalid.Message.Length, 1, 200);
        // Half of a character is no text that JSON can carry.
        Assert.Equal(invalid.Message, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(invalid.Message)));
    }

    private static string Encoded(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static AgentCraftException AssertCode(string code, Func<object> parse)
    {
        AgentCraftException failure = Assert.Throws<AgentCraftException>(parse);
        Assert.Equal(code, failure.Code);
        return failure;
    }
}
