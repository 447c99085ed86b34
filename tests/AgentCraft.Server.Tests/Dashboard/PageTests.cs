using System.Net;
using System.Text.RegularExpressions;
using AgentCraft.Server.Tests.Http;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Dashboard;

[OnEveryEngine]
public sealed class PageTests : IAsyncLifetime
{
    private static readonly string[][] Says =
    [
        ["/", "ada", "Rewrites the tokenizer", "of 2 messages|of 18 messages|unread", "$0.25"],
        ["/agents/ada", "busy", "Conversations", "1,200 tokens", "planner"],
        ["/conversations", "ada", "to", "planner", "messages"],
        ["/tasks", "Ship version 2 of the parser", "50 % of 2 tasks", "queued", "nobody"],
        ["/claims", "src/**", "exclusive", "<script>", "ada"],
        ["/handovers", "Tokenizer <script>hurt(53)</script>", "draft", "2 versions", "failed"],
        ["/charts", "<img src=x onerror=hurt(51)>", "3.5", "$0.25", "1,200"],
        ["/events", "<script>hurt(50)</script>", "task_completed", "hand-over", "ada"],
        ["/search?q=tokenizer", "Messages", "Tasks", "Hand-overs", "Documents"],
        ["/database?check=1", "nothing is wrong", "Messages", "Schema", "Backups"],
    ];

    private static readonly (string Path, int Status)[] Wrong =
    [
        ("/agents/nobody", 404),
        ("/threads/x", 404),
        ("/messages/<script>", 404),
        ("/tasks/x", 404),
        ("/handovers/x", 404),
        ("/charts/metric?name=x", 404),
        ("/conversations/ada/nobody", 404),
        ("/agents/a%00b", 400),
        ("/events?type=a%00b", 400),
        ("/conversations?cursor=x", 400),
        ("/agents?cursor=<script>", 400),
        ("/handovers?status=x", 400),
        ("/handovers/x?version=x", 400),
        ("/search?q=x&in=y", 400),
        ("/search?q=%F0%9F%98%80&in=messages", 400),
        ("/stream?agent=nobody", 404),
        ("/nothing-here", 404),
    ];

    private TokenServer _one = null!;
    private Story _story = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _one = await TokenServer.Start();
        _story = await Story.Tell(_one);
        _browser = new(_one.Server);
    }

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public async Task Every_page_is_shown_and_nothing_that_an_agent_wrote_is_markup_on_it()
    {
        foreach (string path in _story.Pages)
        {
            Browser.Shown page = await _browser.Get(path);
            Assert.True(page.Status == HttpStatusCode.OK, $"{path}: {page.Status} {page.Text}");
            Assert.Equal([], PageTags.Strange(page.Html).Select(strange => $"{path}: {strange}"));
            Assert.Contains("default-src 'none'", page.Policy);
            Assert.DoesNotContain("unsafe", page.Policy);
            CheckShape(path, page);
        }
    }

    [Fact]
    public async Task A_page_says_what_it_is_for()
    {
        foreach (string[] line in Says)
            await CheckSays(line[0], line[1..]);
    }

    private async Task CheckSays(string path, string[] said)
    {
        Browser.Shown page = await _browser.Get(path);
        string text = Regex.Replace(page.Text, @"\s+", " ");
        foreach (string piece in said)
            Assert.True(piece.Split('|').Any(text.Contains), $"{path} does not say '{piece}': {text}");
    }

    [Fact]
    public async Task A_hand_over_is_rendered_with_its_rules_its_versions_and_what_changed_between_them()
    {
        Browser.Shown page = await _browser.Get($"/handovers/{_story.Handover}?version=2&compare=1");
        Assert.Contains("<ins>+And it is done.\n</ins>", page.Html);
        Assert.Contains("required-section-goal", page.Text);
        Assert.Contains("<span role=\"img\" aria-label=\"done\">", page.Html);
        Assert.Contains("what changed from 1 to 2", page.Text);
        Assert.Contains("href=\"https://example.test/a?b=c&amp;d=%22e%22\"", page.Html);
        Assert.Contains("file (src/Parser.cs)", page.Text);
    }

    [Fact]
    public async Task What_there_is_not_is_told_on_a_page()
    {
        foreach ((string path, int status) in Wrong)
            await CheckWrong(path, status);
    }

    private async Task CheckWrong(string path, int status)
    {
        Browser.Shown page = await _browser.Get(path);
        Assert.True(status == (int)page.Status, $"{path}: {page.Status} {page.Text}");
        Assert.Empty(PageTags.Strange(page.Html));
        Assert.DoesNotContain("   at ", page.Html);
    }

    [Fact]
    public async Task The_files_of_a_page_are_this_servers_and_may_be_kept()
    {
        Browser.Shown page = await _browser.Get("/");
        IReadOnlyList<string> files = [.. page.Links("/assets/"), Regex.Match(page.Html, "src=\"(/assets/[^\"]*)\"").Groups[1].Value];
        Assert.Equal(3, files.Count);
        foreach (string file in files)
        {
            using HttpExchange exchange = await _one.Server.Send(HttpMethod.Get, file);
            Assert.Equal(HttpStatusCode.OK, exchange.Status);
            Assert.Contains("immutable", exchange.Header("Cache-Control"));
            Assert.DoesNotMatch("https?://(?!www.w3.org)", await exchange.Rest());
        }
    }

    /// <summary>What who listens, or has no mouse, finds a page by.</summary>
    private static void CheckShape(string path, Browser.Shown page)
    {
        Assert.True(Regex.Count(page.Html, "<h1>") == 1 && Regex.Count(page.Html, "<main ") == 1 && Regex.Count(page.Html, "<title>") == 1, path);
        Assert.Contains("<html lang=\"en\">", page.Html);
        Assert.Contains("<a class=\"skip\" href=\"#main\">", page.Html);
        Assert.Equal(Regex.Count(page.Html, "<table role="), Regex.Count(page.Html, "<caption"));
        string[] ids = [.. Regex.Matches(page.Html, " id=\"([^\"]*)\"").Select(id => id.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        foreach (Match label in Regex.Matches(page.Html, "(?:for|aria-labelledby|aria-describedby)=\"([^\"]*)\""))
            Assert.Contains(label.Groups[1].Value, ids);
    }
}
