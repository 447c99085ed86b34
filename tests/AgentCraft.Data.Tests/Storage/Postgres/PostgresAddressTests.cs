using AgentCraft.Data.Storage.Postgres;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>What a person writes as the setting <c>store</c>; needs no server.</summary>
public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("Host=db;Username=u;Database=d", "PostgreSQL db:5432/d (agentcraft)")]
    [InlineData("Host=db;Port=6000;Username=u;Search Path=team_a", "PostgreSQL db:6000/u (team_a)")]
    [InlineData("postgres://u:p%40ss@db.example:6432/d?sslmode=require", "PostgreSQL db.example:6432/d (agentcraft)")]
    [InlineData("postgresql://db/d", "PostgreSQL db:5432/d (agentcraft)")]
    public void Connection_strings_and_uris_are_understood_and_shown_without_their_password(string text, string shown) =>
        Assert.Equal(shown, PostgresAddress.Parse(text).Shown);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=db;Colour=red")]
    [InlineData("Username=u")]
    [InlineData("Host=db;Port=many")]
    [InlineData("Host=db;Search Path=a,b")]
    [InlineData("Host=db;Search Path=\"; DROP TABLE x\"")]
    [InlineData("postgres://")]
    [InlineData("postgres://db/d?colour=red")]
    public void Others_are_refused_without_being_repeated(string text)
    {
        AgentCraftException refused = Assert.Throws<AgentCraftException>(() => PostgresAddress.Parse(text + (text.Contains("://", StringComparison.Ordinal) ? "" : ";Password=hush")));
        Assert.Equal(ErrorCodes.InvalidConfiguration, refused.Code);
        Assert.DoesNotContain("hush", $"{refused.Message} {refused.Hint}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db;Password=x", true)]
    [InlineData("Host=db;pwd=x", true)]
    [InlineData("postgres://u:x@db/d", true)]
    [InlineData("Host=db;Username=u", false)]
    [InlineData("postgres://u@db/d", false)]
    [InlineData("Host=db;Colour=red;Password=x", true)]
    public void A_password_is_noticed(string text, bool hasOne) => Assert.Equal(hasOne, PostgresAddress.HasPassword(text));
}
