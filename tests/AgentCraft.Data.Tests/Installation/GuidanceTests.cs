using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Installation;

namespace AgentCraft.Data.Tests.Installation;

/// <summary>The paragraph for agents, among what people wrote.</summary>
public sealed class GuidanceTests
{
    private const string Begin = Guidance.Begin, End = Guidance.End;

    [Theory]
    [InlineData("")]
    [InlineData("# Rules\n")]
    [InlineData("# Rules")]
    [InlineData("# Rules\r\n\r\nBe nice.\r\n")]
    [InlineData("# Rules\r\n\r\nBe nice.")]
    [InlineData("# Rules\n\n\n")]
    [InlineData("\n")]
    public void Added_once_and_removed_it_leaves_the_same_bytes(string text)
    {
        string with = Guidance.Add(text);

        Assert.StartsWith(text, with, StringComparison.Ordinal);
        Assert.Equal(with, Guidance.Add(with));
        Assert.Equal(text, Guidance.Remove(with));
        if (text.Contains("\r\n", StringComparison.Ordinal))
            Assert.DoesNotContain("\n", with.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void An_old_paragraph_is_replaced_where_it_is(string newLine)
    {
        string text = $"# A{newLine}{newLine}{Begin}{newLine}old{newLine}older{newLine}{End}{newLine}{newLine}# B{newLine}";
        Assert.Equal($"# A{newLine}{newLine}{Begin}{newLine}{Guidance.Paragraph}{newLine}{End}{newLine}{newLine}# B{newLine}", Guidance.Add(text));
        Assert.Equal($"# A{newLine}{newLine}# B{newLine}", Guidance.Remove(text));
    }

    [Fact]
    public void Of_two_the_second_goes()
    {
        string text = $"a\n\n{Begin}\none\n{End}\n\nb\n\n{Begin}\ntwo\n{End}\n";
        Assert.Equal($"a\n\n{Begin}\n{Guidance.Paragraph}\n{End}\n\nb\n", Guidance.Add(text));
        Assert.Equal("a\n\nb\n", Guidance.Remove(text));
    }

    [Theory]
    [InlineData($"a\n{Begin}\nb\n", 2)]
    [InlineData($"a\nb\n{End}\n", 3)]
    [InlineData($"{End}\n{Begin}\n", 1)]
    [InlineData($"{Begin}\n{Begin}\n{End}\n{End}\n", 2)]
    [InlineData($"{Begin}\nx\n{End}\n{End}", 4)]
    public void Half_a_pair_is_refused_with_its_line(string text, int line)
    {
        Assert.Equal(line, Assert.Throws<ConfigFault>(() => Guidance.Add(text)).Place.Line);
        Assert.Throws<ConfigFault>(() => Guidance.Remove(text));
    }

    [Fact]
    public void Markers_in_the_middle_of_a_line_are_somebody_s_words()
    {
        string text = $"We use `{Begin}` and `{End}`.\n";
        Assert.StartsWith(text, Guidance.Add(text), StringComparison.Ordinal);
        Assert.Equal(text, Guidance.Remove(text));
    }

    [Fact]
    public void It_is_one_paragraph() => Assert.DoesNotContain('\n', Guidance.Paragraph);
}
