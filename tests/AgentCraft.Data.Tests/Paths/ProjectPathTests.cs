using AgentCraft.Data.Outputs;

namespace AgentCraft.Data.Tests.Outputs;

public sealed class OutputPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("src/index.ts")]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData("docs/Überblick 🎉.md")]
    [InlineData("a/..b/c..")]
    [InlineData("it's \"quoted\"; DROP TABLE x")]
    public void A_relative_path_is_taken_as_it_is(string path) => Assert.Equal(path, OutputPath.Parse(path).Value);

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/..")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\..\\b")]
    [InlineData("C:/x")]
    [InlineData("c:x")]
    [InlineData("//server/share")]
    [InlineData("a\nb")]
    [InlineData("a\u001bb")]
    public void What_could_mean_anything_else_is_refused(string path) =>
        Assert.Equal(ErrorCodes.InvalidArgument, Assert.Throws<AgentCraftException>(() => OutputPath.Parse(path)).Code);

    [Fact]
    public void A_path_has_at_most_500_characters()
    {
        Assert.Equal(500, OutputPath.Parse(new string('x', 500)).Value.Length);
        Assert.Throws<AgentCraftException>(() => OutputPath.Parse(new string('x', 501)));
        Assert.Equal(ErrorCodes.InvalidText, Assert.Throws<AgentCraftException>(() => OutputPath.Parse("a\0b")).Code);
    }
}
