using System.Net;
using System.Text.Json;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tests.Http;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Dashboard;

[OnEveryEngine]
public sealed class StreamTests : IAsyncLifetime
{
    private TokenServer _one = null!;

    public async Task InitializeAsync()
    {
        _one = await TokenServer.Start();
        HttpConnection client = await _one.Server.Connect("2026-07-28");
        foreach (string agent in new[] { "ann", "bob", "eve" })
            (await client.Call("start_session", new { agent })).Succeeded();
    }

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public async Task What_is_said_arrives_escaped_and_what_does_not_concern_the_page_does_not()
    {
        using HttpExchange stream = await new Browser(_one.Server).Listen("/stream?agent=ann&kind=message");
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (stream.Status, stream.Header("Content-Type")));
        await _one.Stores.Messages.Append(new() { From = "bob", To = ["eve"], Content = "not for ann" }, null);
        await _one.Stores.Messages.Append(new() { From = "ann", To = ["bob"], Content = Attacks.Together }, null);
        JsonElement news = (await stream.NextEvent())!.Value;
        string html = news.GetProperty("html").GetString()!;
        Assert.Equal(1, news.GetProperty("count").GetInt32());
        Assert.Equal("ann to bob: notification", news.GetProperty("say").GetString());
        Assert.Empty(PageTags.Strange(html));
        Assert.Contains("&lt;script&gt;hurt(1)", html);
        Assert.DoesNotContain("not for ann", html);
    }

    [Fact]
    public async Task A_burst_comes_as_a_few_entries_and_its_number()
    {
        using HttpExchange stream = await new Browser(_one.Server).Listen("/stream?kind=message");
        await Task.WhenAll(Enumerable.Range(0, 120).Select(i => _one.Stores.Messages.Append(new() { From = "ann", To = ["bob"], Content = $"number {i}" }, null)));
        int told = 0;
        while (told < 120)
        {
            JsonElement news = (await stream.NextEvent())!.Value;
            told += news.GetProperty("count").GetInt32();
            Assert.InRange(news.GetProperty("html").GetString()!.Split("<li ").Length - 1, 1, 30);
        }
        Assert.Equal(120, told);
    }

    [Fact]
    public async Task It_ends_soon_after_its_token_does()
    {
        CreatedToken token = await _one.Create("ann", TokenScope.Read);
        Browser browser = new(_one.Server);
        await browser.SignIn(token.Secret);
        using HttpExchange stream = await browser.Listen("/stream");
        Assert.Equal("retry: 2000", await stream.NextLine());
        await _one.Stores.Tokens.Revoke(token.Token.Id);
        while (await stream.NextEvent() is not null)
        {
            // What was on its way; then it ends.
        }
    }
}
