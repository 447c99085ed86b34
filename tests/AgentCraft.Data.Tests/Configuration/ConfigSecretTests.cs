namespace AgentCraft.Data.Tests.Configuration;

public sealed class ConfigSecretTests : IDisposable
{
    private readonly ConfigFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("instruction: use ghp_abcdefghijkl1234567890", 14, "API_KEY", "instruction")]
    [InlineData("mcpServers: {x: {command: a, env: {GITHUB_TOKEN: hunter2}}}", 50, "GITHUB_TOKEN", "GITHUB_TOKEN")]
    [InlineData("mcpServers: {x: {command: a, env: {DB_PASSWORD: 12345678}}}", 49, "DB_PASSWORD", "DB_PASSWORD")]
    [InlineData("mcpServers: {x: {command: a, env: {SOME: aB3dE5gH7jK9mN1pQ3sT5vW7}}}", 42, "SOME", "SOME")]
    [InlineData("mcpServers: {x: {command: a, args: [--api-key, hunter2]}}", 48, "API_KEY", "api-key")]
    [InlineData("mcpServers: {x: {command: a, args: [--token=hunter2]}}", 37, "API_KEY", "args")]
    [InlineData("mcpServers: {x: {command: 'a --password=hunter22'}}", 27, "API_KEY", "command")]
    [InlineData("mcpServers: {x: {url: 'https://me:hunter2@x.example'}}", 23, "API_KEY", "url")]
    [InlineData("mcpServers: {x: {url: 'https://x', headers: {X-Api-Key: hunter2}}}", 57, "X_API_KEY", "X-Api-Key")]
    [InlineData("mcpServers: {x: {url: 'https://x', headers: {Authorization: Bearer aB3dE5gH7jK9mN1p}}}", 61, "AUTHORIZATION", "Authorization")]
    [InlineData("mcpServers: {x: {url: 'https://x', headers: {Cookie: session=hunter2}}}", 54, "COOKIE", "Cookie")]
    [InlineData("mcpServers: {x: {url: 'https://x/mcp?a=1&access_token=hunter2'}}", 23, "API_KEY", "url")]
    [InlineData("ghp_abcdefghijkl1234567890: x", 1, "API_KEY", "a key")]
    [InlineData("title: [ghp_abcdefghijkl1234567890]", 9, "API_KEY", "title")]
    public void A_key_is_refused_with_its_place_and_never_repeated(string line, int column, string variable, string name)
    {
        _files.Write("templates/t.yaml", $"version: 2\n{line}\n");
        var refusal = _files.Refusal("t", ErrorCodes.SecretRefused);
        Assert.StartsWith($".agentcraft/configs/templates/t.yaml, line 2, column {column}: {name} looks like a key or token", refusal.Message, StringComparison.Ordinal);
        string all = refusal.Message + refusal.Hint + _files.Library.Templates.Get("t").Error;
        foreach (string secret in new[] { "hunter2", "1234567", "aB3dE5" })
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.Contains($"name that: ${{{variable}}}.", all, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_a_skill_stops_the_template_that_uses_it()
    {
        _files.Write("skills/s.yaml", "version: 1\ncontent: |\n  Call it with\n  sk-abcdefghijkl1234567890\n");
        _files.Write("templates/t.yaml", "version: 2\nskills: [s]\n");
        Assert.Contains(".agentcraft/configs/skills/s.yaml, line 2", _files.Refusal("t", ErrorCodes.SecretRefused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_variables_and_ordinary_words_pass()
    {
        _files.Write("templates/t.yaml", """
            version: 2
            instruction: Count the tokens; never print a password or a token.
            mcpServers:
              x:
                command: npx
                args: [--token, "${TOKEN}", --port=8080, --api-key=$API_KEY, "@scope/server-name@1.2.3", /opt/a/b/C3/Dd4/long/path/to/file]
                env: {TOKEN: "${TOKEN}", LOG_LEVEL: debug, NODE_ENV: production, MAX_TOKENS: 100, SECRET_NAME: x}
              y:
                url: https://x.example:8443/mcp?version=2&token=${Y_TOKEN}
                headers: {Authorization: "Bearer ${Y_TOKEN}"}
            """);
        Assert.Equal("${TOKEN}", _files.Library.Resolve("t").McpServers["x"].Env["TOKEN"]);
    }
}
