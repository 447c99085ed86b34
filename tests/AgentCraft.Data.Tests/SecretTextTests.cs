using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;

namespace AgentCraft.Data.Tests;

public sealed class SecretTextTests
{
    [Theory]
    [InlineData("No agent 'agc_Zm9vYmFyY2FuYXJ5Zm9vYmFyY2FuYXJ5Zm9vYmFyMTI3'.", "No agent 'agc_Zm9v***'.")]
    [InlineData("agc_Zm9vYmFyY2FuYXJ5Zm9vYmF… is cut", "agc_Zm9v***… is cut")]
    [InlineData("x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2ln y", "x eyJ*** y")]
    [InlineData("postgres://bob:pass@db/x", "postgres://bob:***@db/x")]
    [InlineData("GET /?to=postgres%3A%2F%2Fbob%3Apass%40db", "GET /?to=postgres%3A%2F%2Fbob%3A***%40db")]
    [InlineData("Host=db;Password=p%20w;Username=u", "Host=db;Password=***%20w;Username=u")]
    [InlineData("?c=Host%3Ddb%3BPassword%3Dpw%3BUsername%3Du", "?c=Host%3Ddb%3BPassword%3D***%3BUsername%3Du")]
    [InlineData("Authorization: Bearer abcdef123456789", "Authorization: Bearer ***")]
    [InlineData("\\u0027ghp_abcdefghij1234567890\\u0027", "\\u0027***\\u0027")]
    [InlineData("(sk-ant-api03-abcdef0123456789)", "(***)")]
    public void A_secret_is_hidden_wherever_it_stands(string text, string shown) => Assert.Equal(shown, SecretText.Hide(text));

    [Theory]
    [InlineData("agc_Zm9v…MTI3 is listed so")]
    [InlineData("task-1795251600000-abcdefgh0")]
    [InlineData("Send a token in the header Authorization: Bearer.")]
    [InlineData("claude mcp add --header 'Authorization: Bearer ${AGENTCRAFT_TOKEN}'")]
    [InlineData("agentcraft://agents/alice/inbox at http://127.0.0.1:7717/mcp")]
    [InlineData("Put that into PGPASSWORD or a .pgpass file.")]
    [InlineData("npm_lifecycle_event and sk-learn-models")]
    [InlineData("mail alice@example.org about https://example.org/a:b")]
    public void What_is_none_stays(string text) => Assert.Equal(text, SecretText.Hide(text));

    [Fact]
    public void A_token_is_no_name_of_an_agent_or_a_project_and_no_task()
    {
        const string Token = "agc_Zm9vYmFyY2FuYXJ5Zm9vYmFyY2FuYXJ5Zm9vYmFyMTI3";
        Assert.Throws<AgentCraftException>(() => AgentName.Parse(Token));
        Assert.Throws<AgentCraftException>(() => ProjectText.CheckName(Token));
        Assert.Throws<AgentCraftException>(() => new AgentChange { Agent = "bob", CurrentTask = $"use {Token}" }.Validated());
        Assert.Equal("agc_x", AgentName.Parse("agc_x").Value);
    }

    [Fact]
    public void Megabytes_cost_no_more_than_their_length()
    {
        foreach (string part in new[] { "a", "a:", "http://", "eyJ", "agc_", "Bearer ", "password=", "sk-", "%3A", "http://a:a:", "\\u0027" })
            Assert.NotNull(SecretText.Hide(string.Concat(Enumerable.Repeat(part, 500_000 / part.Length))));
    }
}
