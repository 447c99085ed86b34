using System.Net;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tests.Http;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Dashboard;

[OnEveryEngine]
public sealed class SigningInTests : IAsyncLifetime
{
    private TokenServer _one = null!;
    private Story _story = null!;

    public async Task InitializeAsync()
    {
        _one = await TokenServer.Start();
        _story = await Story.Tell(_one);
    }

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public async Task Without_tokens_pages_are_read_and_nothing_is_written()
    {
        Browser browser = new(_one.Server);
        Browser.Shown page = await browser.Get($"/threads/{_story.Thread}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("<textarea", page.Html);
        string form = (await browser.Get("/sign-in")).Field("csrf");
        foreach ((string path, (string, string)[] fields) in Writes(form))
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post(path, fields)).Status);
        await AssertNothingWasWritten();
    }

    [Fact]
    public async Task Once_there_is_a_token_nothing_is_shown_to_who_has_none()
    {
        await _one.Create("boss");
        Browser browser = new(_one.Server);
        // What the server knew is good for a tenth of a second.
        await Eventually.Become(async () => (await browser.Get("/")).Status == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(10), "the server to know of the token");
        foreach (string path in _story.Pages.Where(path => path != "/sign-in"))
        {
            Browser.Shown page = await browser.Get(path);
            Assert.Equal(HttpStatusCode.Unauthorized, page.Status);
            Assert.DoesNotContain("planner", page.Text);
            Assert.DoesNotContain("hurt", page.Html);
        }
        using HttpExchange stream = await browser.Listen("/stream");
        Assert.Equal(HttpStatusCode.Unauthorized, stream.Status);
    }

    [Fact]
    public async Task A_token_that_reads_shows_everything_and_writes_nothing()
    {
        Browser browser = await SignedIn(TokenScope.Read);
        foreach (string path in _story.Pages.Where(path => path != "/sign-in"))
            Assert.Equal(HttpStatusCode.OK, (await browser.Get(path)).Status);
        Browser.Shown page = await browser.Get($"/threads/{_story.Thread}");
        Assert.DoesNotContain("<textarea", page.Html);
        foreach ((string path, (string, string)[] fields) in Writes(page.Field("csrf")))
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post(path, fields)).Status);
        await AssertNothingWasWritten();
    }

    [Fact]
    public async Task A_form_of_another_page_writes_nothing()
    {
        Browser browser = await SignedIn(TokenScope.Agent), other = await SignedIn(TokenScope.Admin);
        string form = (await browser.Get("/")).Field("csrf"), wrong = (await other.Get("/")).Field("csrf");
        foreach ((string path, (string, string)[] fields) in Writes(wrong).Concat(Writes("")))
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post(path, fields)).Status);
        foreach ((string path, (string, string)[] fields) in Writes(form))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post(path, "http://evil.test", "cross-site", fields)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post(path, "null", "cross-site", fields)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Post(path, "http://localhost:1", "same-site", fields)).Status);
        }
        await AssertNothingWasWritten();
    }

    [Fact]
    public async Task A_person_answers_an_agent_once_in_the_name_of_the_tokens_agent()
    {
        Browser browser = await SignedIn(TokenScope.Agent);
        Browser.Shown page = await browser.Get($"/messages/{_story.Message}");
        (string, string)[] fields =
        [
            ("csrf", page.Field("csrf")), ("key", page.Field("key")), ("to", page.Field("to")), ("responseTo", page.Field("responseTo")), ("from", "planner"),
            ("content", "Almost.\r\n<script>hurt(60)</script>"), ("importance", "high"),
        ];
        Browser.Shown first = await browser.Post("/messages", fields), again = await browser.Post("/messages", fields);
        Assert.Equal((HttpStatusCode.SeeOther, first.Location), (again.Status, again.Location));
        Assert.StartsWith($"/threads/{_story.Thread}#msg_", first.Location);
        Message answer = (await _one.Stores.Messages.GetConversation(new() { AgentA = "boss", AgentB = "planner" })).Messages.Single();
        Assert.Equal(("boss", "planner", "Almost.\n<script>hurt(60)</script>", Importance.High, _story.Message), (answer.From, answer.To, answer.Content, answer.Importance, answer.ResponseTo));
        Browser.Shown thread = await browser.Get(first.Location!);
        Assert.Contains("Almost.\n<script>hurt(60)</script>", thread.Text);
        Assert.Empty(PageTags.Strange(thread.Html));
        await _one.Audit(row => row is { Action: "web_log_message", Agent: "boss", Outcome: "done" } && row.Target == answer.Id);
    }

    [Fact]
    public async Task A_refused_message_is_told_and_not_stored()
    {
        Browser browser = await SignedIn(TokenScope.Agent);
        string form = (await browser.Get("/")).Field("csrf");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post("/messages", ("csrf", form), ("to", "nobody"), ("content", "x"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post("/messages", ("csrf", form), ("to", "planner"), ("content", " "))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post("/messages", ("csrf", form), ("to", "*"), ("content", "x"))).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await browser.Post("/messages", ("csrf", form), ("to", "planner"), ("content", new string('x', 200_000)))).Status);
        await AssertNothingWasWritten();
    }

    [Fact]
    public async Task A_person_accepts_or_rejects_a_hand_over()
    {
        Browser browser = await SignedIn(TokenScope.Admin);
        await Decide(browser, "accept", "corrections", HandoverStatus.Accepted);
        await Decide(browser, "reject", "reason", HandoverStatus.Rejected);
    }

    private async Task Decide(Browser browser, string way, string field, HandoverStatus status)
    {
        string id = await Publish();
        Browser.Shown page = await browser.Get($"/handovers/{id}");
        Assert.Contains($"action=\"/handovers/{id}/{way}\"", page.Html);
        Browser.Shown decided = await browser.Post($"/handovers/{id}/{way}", ("csrf", page.Field("csrf")), (field, "Mend <b>it</b>."));
        Assert.Equal((HttpStatusCode.SeeOther, $"/handovers/{id}?version=1"), (decided.Status, decided.Location));
        Handover handover = (await _one.Stores.Handovers.Get(id, null)).Handover;
        Assert.Equal((status, "boss", "Mend <b>it</b>."), (handover.Status, handover.Decision!.By, handover.Decision.Note));
        page = await browser.Get(decided.Location!);
        Assert.Contains("Mend <b>it</b>.", page.Text);
        Assert.DoesNotContain("<textarea", page.Html);
        await _one.Audit(row => row.Action == $"web_{way}_handover" && row.Agent == "boss" && row.Target == id);
    }

    [Fact]
    public async Task What_is_decided_stays_so()
    {
        string id = await Publish();
        Browser browser = await SignedIn(TokenScope.Agent);
        string form = (await browser.Get("/")).Field("csrf");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post($"/handovers/{id}/reject", ("csrf", form), ("reason", ""))).Status);
        await _one.Stores.HandoverLife.Accept("planner", id, null);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.Post($"/handovers/{id}/reject", ("csrf", form), ("reason", "Late."))).Status);
        Assert.Equal(HandoverStatus.Accepted, (await _one.Stores.Handovers.Get(id, null)).Handover.Status);
    }

    private async Task<Browser> SignedIn(TokenScope scope)
    {
        Browser browser = new(_one.Server);
        await browser.SignIn((await _one.Create("boss", scope)).Secret);
        return browser;
    }

    private (string Path, (string, string)[] Fields)[] Writes(string form) =>
    [
        ("/messages", [("csrf", form), ("to", "planner"), ("content", "x")]),
        ($"/handovers/{_story.Handover}/accept", [("csrf", form)]), ($"/handovers/{_story.Handover}/reject", [("csrf", form), ("reason", "x")]),
    ];

    private async Task AssertNothingWasWritten()
    {
        Assert.Equal(HandoverStatus.Draft, (await _one.Stores.Handovers.Get(_story.Handover, null)).Handover.Status);
        Assert.DoesNotContain((await _one.Stores.Conversations.ListConversations(null, 200, null)).Conversations, one => one.From == "boss");
    }

    private async Task<string> Publish()
    {
        Dictionary<string, string> sections = new() { ["Goal"] = "Ship version 2 of the parser, tokenizer first.", ["Current state"] = "The tokenizer is rewritten and all tests pass.", ["Next steps"] = "- Review it\n- Measure it" };
        CreatedHandover made = await _one.Stores.Handovers.Create(new() { Author = "ada", Title = "Done", Sections = sections, Publish = true }, null);
        Assert.Equal(HandoverStatus.Published, made.Status);
        return made.Id;
    }
}
