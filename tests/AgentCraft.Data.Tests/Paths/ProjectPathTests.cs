using AgentCraft.Data.Paths;

namespace AgentCraft.Data.Tests.Paths;

public sealed class ProjectPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("src/index.ts")]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData("docs/Überblick 🎉.md")]
    [InlineData("a/..b/c..d")]
    [InlineData("it's \"quoted\"; DROP TABLE x")]
    [InlineData("connect.ts")]
    [InlineData("auxiliary/com10.txt")]
    [InlineData("~/x")]
    public void A_relative_path_is_taken_as_it_is(string path) => Assert.Equal(path, ProjectPath.Parse(path).Value);

    [Theory]
    [InlineData("", "path is empty")]
    [InlineData("/etc/passwd", "path is not relative to the project")]
    [InlineData("../x", "path leads out of its directory")]
    [InlineData("a/../../x", "path leads out of its directory")]
    [InlineData("a/..", "path leads out of its directory")]
    [InlineData("..", "path leads out of its directory")]
    [InlineData(".", "path has empty parts")]
    [InlineData("./a", "path has empty parts")]
    [InlineData("a//b", "path has empty parts")]
    [InlineData("a/", "path has empty parts")]
    [InlineData("a\\..\\b", "path has backslashes")]
    [InlineData("\\\\server\\share", "path has backslashes")]
    [InlineData("C:/x", "path is not relative to the project")]
    [InlineData("c:x", "path is not relative to the project")]
    [InlineData("//server/share", "path is not relative to the project")]
    [InlineData("a\nb", "path has control characters")]
    [InlineData("a\u001bb", "path has control characters")]
    [InlineData("a/b.", "path has a part that ends with a dot or a blank")]
    [InlineData(".../x", "path has a part that ends with a dot or a blank")]
    [InlineData("a /b", "path has a part that ends with a dot or a blank")]
    [InlineData("nul", "path has a part that names a device on Windows")]
    [InlineData("src/CON", "path has a part that names a device on Windows")]
    [InlineData("aux.txt", "path has a part that names a device on Windows")]
    [InlineData("prn.tar.gz/x", "path has a part that names a device on Windows")]
    [InlineData("com1", "path has a part that names a device on Windows")]
    [InlineData("LPT9.log", "path has a part that names a device on Windows")]
    [InlineData("nul:x", "path has a part that names a device on Windows")]
    public void What_could_mean_anything_else_is_refused(string path, string message)
    {
        AgentCraftException refused = Assert.Throws<AgentCraftException>(() => ProjectPath.Parse(path));
        Assert.Equal(ErrorCodes.InvalidArgument, refused.Code);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.Null(ProjectPath.Find(path));
    }

    [Fact]
    public void A_path_has_at_most_500_characters_and_no_NUL()
    {
        Assert.Equal(500, ProjectPath.Parse(new string('x', 500)).Value.Length);
        Assert.Throws<AgentCraftException>(() => ProjectPath.Parse(new string('x', 501)));
        Assert.Equal(ErrorCodes.InvalidText, Assert.Throws<AgentCraftException>(() => ProjectPath.Parse("a\0b")).Code);
        Assert.Null(ProjectPath.Find("a\0b"));
    }
}
