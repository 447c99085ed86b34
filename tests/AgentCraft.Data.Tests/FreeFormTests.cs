using System.Text.Json;

namespace AgentCraft.Data.Tests;

public sealed class FreeFormTests
{
    [Theory]
    [InlineData("""{"model": "opus", "maxTokens": 100, "tokens": 5, "nested": {"list": [1, "two", null]}}""")]
    [InlineData("""{"apiKey": "${OPENAI_API_KEY}", "token": "env:MY_TOKEN", "password": "$PASSWORD", "secret": "DB_PASSWORD", "accessToken": ""}""")]
    [InlineData("""{"note": "the token bucket has 5 sk- prefixes", "region": "ASIA-PACIFIC-SOUTHEAST", "script": "npm_lifecycle_event"}""")]
    [InlineData("""{"authorization": "Bearer ${API_KEY}", "token": "Bearer ${API_KEY}", "maxToken": 100, "url": "https://me@host/x?token=5", "store": "Host=x;Password=${PGPASSWORD};"}""")]
    [InlineData("""{"db": "postgres://app:${PASSWORD}@host/db", "text": "Basic understanding of 3 things", "properties": {"password": {"type": "string"}}}""")]
    [InlineData("{}")]
    public void Ordinary_settings_pass(string json) => FreeForm.Check(Parse(json), "config");

    [Theory]
    [InlineData("""{"apiKey": "hunter2"}""")]
    [InlineData("""{"API-KEY": "hunter2"}""")]
    [InlineData("""{"openai_api_key": "hunter2"}""")]
    [InlineData("""{"a": [{"b": {"password": "x"}}]}""")]
    [InlineData("""{"x": "sk-abcdefghijkl1234567890"}""")]
    [InlineData("""{"list": ["ok", "ghp_abcdefghijkl1234567890"]}""")]
    [InlineData("""{"header": "Bearer sk-abcdefghijkl1234567890"}""")]
    [InlineData("""{"env": ["KEY=AKIA1234567890EXAMPLE"]}""")]
    [InlineData("""{"header": "Bearer 9f8a7b1234567890"}""")]
    [InlineData("""{"password": 1234567890}""")]
    [InlineData("""{"passwords": [], "password": ["hunter2"]}""")]
    [InlineData("""{"token": "${TOKEN:-hunter2}"}""")]
    [InlineData("""{"token": "$hunter2"}""")]
    [InlineData("""{"db": "postgres://app:hunter2@host/db"}""")]
    [InlineData("""{"db": "Host=x;Username=y;Password=hunter2;"}""")]
    [InlineData("""{"sk-abcdefghijkl1234567890": true}""")]
    [InlineData("""{"x": "-----BEGIN RSA PRIVATE KEY-----\nMIIE"}""")]
    [InlineData("""{"x": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"}""")]
    public void What_looks_like_a_key_is_refused_and_not_repeated(string json)
    {
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => FreeForm.Check(Parse(json), "config"));
        Assert.Equal(ErrorCodes.SecretRefused, refusal.Code);
        Assert.DoesNotContain("1234567890", refusal.Message + refusal.Hint);
        Assert.DoesNotContain("hunter2", refusal.Message + refusal.Hint);
    }

    [Theory]
    [InlineData("""[1]""", ErrorCodes.InvalidArgument)]
    [InlineData("\"text\"", ErrorCodes.InvalidArgument)]
    [InlineData("null", ErrorCodes.InvalidArgument)]
    [InlineData("""{"a": "\u0000"}""", ErrorCodes.InvalidText)]
    [InlineData("""{"\u0000": 1}""", ErrorCodes.InvalidText)]
    [InlineData("""{"a": "\ud800"}""", ErrorCodes.InvalidText)]
    [InlineData("""{"\ud800": "a"}""", ErrorCodes.InvalidText)]
    public void What_cannot_be_kept_is_refused(string json, string code) =>
        Assert.Equal(code, Assert.Throws<AgentCraftException>(() => FreeForm.Check(Parse(json), "config")).Code);

    [Fact]
    public void A_quarter_of_a_megabyte_is_the_limit_and_nothing_at_all_passes()
    {
        FreeForm.Check(null, "config");
        Assert.Equal(ErrorCodes.PayloadTooLarge, Assert.Throws<AgentCraftException>(() =>
            FreeForm.Check(Parse($$"""{"a": "{{new string('x', 256 * 1024)}}"}"""), "config")).Code);
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
