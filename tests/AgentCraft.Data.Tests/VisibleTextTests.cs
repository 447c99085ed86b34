using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentCraft.Data.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain é 😀 漢 ́ \n\t", "plain é 😀 漢 ́ \n\t")]
    [InlineData("a\u200Bb\u200Cc\u200Dd\uFEFFe", "a\\u{200B}b\\u{200C}c\\u{200D}d\\u{FEFF}e")]
    [InlineData("\u202Egpj.exe\u202C\u2066\u2069\u061C\u200E", "\\u{202E}gpj.exe\\u{202C}\\u{2066}\\u{2069}\\u{061C}\\u{200E}")]
    [InlineData("x\U000E0041\U000E007F\U000E0100", "x\\u{E0041}\\u{E007F}\\u{E0100}")]
    [InlineData("\u001B[31m\u009B\u0007\u0000\u007F\b", "\\u{001B}[31m\\u{009B}\\u{0007}\\u{0000}\\u{007F}\\u{0008}")]
    [InlineData("a\r\nb\rc\r", "a\r\nb\\u{000D}c\\u{000D}")]
    [InlineData("\u00AD\u034F\u115F\u3164\uFFA0\u180E\u2800\u2028\u2029", "\\u{00AD}\\u{034F}\\u{115F}\\u{3164}\\u{FFA0}\\u{180E}\\u{2800}\\u{2028}\\u{2029}")]
    [InlineData("⚠\uFE0F ❤\uFE0F\u200D🔥 👩\u200D💻 👩🏽\u200D💻 🏳\uFE0F\u200D🌈", "⚠\uFE0F ❤\uFE0F\u200D🔥 👩\u200D💻 👩🏽\u200D💻 🏳\uFE0F\u200D🌈")]
    [InlineData("a\uFE0Fb ⚠\uFE0F\uFE0F 👩\u200Dx y\u200D💻 👩\u200D\u200D💻", "a\\u{FE0F}b ⚠\uFE0F\\u{FE0F} 👩\\u{200D}x y\\u{200D}💻 👩\\u{200D}\\u{200D}💻")]
    [InlineData("می\u200Cخواهم", "می\\u{200C}خواهم")]
    [InlineData("\\u{200B}", "\\u{200B}")]
    public void What_cannot_be_seen_is_shown(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Half_of_a_pair_is_shown()
    {
        Assert.Equal("a\\u{D83D}b\\u{DE00}", VisibleText.Of("a\uD83Db\uDE00"));
        Assert.Equal("\\u{D83D}", VisibleText.Of("\uD83D"));
    }

    [Fact]
    public void Every_control_and_format_character_of_Unicode_is_one_of_them()
    {
        for (int scalar = 0; scalar <= 0x10FFFF; scalar++)
            if (Rune.IsValid(scalar) && scalar is not ('\n' or '\t') && Rune.GetUnicodeCategory(new Rune(scalar)) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                Assert.True(VisibleText.IsHidden(scalar), $"U+{scalar:X4}");
    }

    [Fact]
    public void No_letter_digit_mark_that_is_seen_or_sign_is()
    {
        for (int scalar = ' '; scalar <= 0x10FFFF; scalar++)
            if (Rune.IsValid(scalar) && VisibleText.IsHidden(scalar) && Rune.GetUnicodeCategory(new Rune(scalar)) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
                Assert.True(scalar is 0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or 0xFFFC or (>= 0xE0100 and <= 0xE01EF)
                    or (>= 0x13430 and <= 0x1343F), $"U+{scalar:X4}");
    }

    [Fact]
    public void JSON_loses_nothing_and_has_nothing_that_cannot_be_seen()
    {
        JsonSerializerOptions options = new() { Encoder = new PlainJsonEncoder() };
        foreach (string text in new[] { "é 😀 漢 \"\\\n\r\t", "\u200B\u001B\u009B\U000E0041\uFEFF\u2028", new string('\u200B', 1000), string.Concat(Enumerable.Repeat("\U000E0041", 1000)), "\u0085" + new string('\u0001', 1000) })
        {
            string json = JsonSerializer.Serialize(text, options);
            Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
            Assert.DoesNotContain(json, c => c == '\u007F' || char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
            Assert.Equal(json, JsonSerializer.Serialize(JsonElement.Parse(json), options));
        }
        Assert.Equal("\"é 😀 漢\"", JsonSerializer.Serialize("é 😀 漢", options));
    }
}
