using System.Text;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Hosting.Web;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Browsers that sign in, and the forms that they send.</summary>
[OnEveryEngine]
public sealed class WebSessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;
    private WebSessions _web = null!;

    public Task InitializeAsync()
    {
        _stores = new(_project.Root, new Settings { Store = TestStore.Of(_project.Root) ?? "" }, _time);
        _web = new(_stores, new Authenticator(_stores, new AuthSettings(), new ToolCatalog(new Lazy<Stores>(_stores))));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Where_names_are_taken_on_trust_nobody_signs_in_and_forms_are_checked_all_the_same()
    {
        Browser browser = new();
        WebVisitor visitor = await _web.Of(browser.Get());
        Assert.Equal((false, null), (visitor.MustSignIn, visitor.Principal));
        Assert.Equal("x", (await WebForms.Read(browser.Post(("csrf", visitor.FormToken), ("a", "x")), _web))!["a"]);
        Assert.Null(await WebForms.Read(browser.Post(("a", "x")), _web));
    }

    [Fact]
    public async Task Signing_in_gives_a_new_cookie_of_256_random_bits_that_no_script_reads_and_no_other_site_sends()
    {
        CreatedToken token = await Token();
        Browser browser = new();
        WebVisitor before = await _web.Of(browser.Get());
        string anonymous = browser.Cookie!;
        Assert.True(before.MustSignIn);
        Assert.Null(await SignIn(browser, token.Secret));

        Assert.NotEqual(anonymous, browser.Cookie);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", browser.Cookie);
        Assert.Contains("httponly", browser.SetCookie);
        Assert.Contains("samesite=strict", browser.SetCookie);
        Assert.Contains("path=/", browser.SetCookie);
        Assert.DoesNotContain("domain", browser.SetCookie);
        Assert.DoesNotContain("expires", browser.SetCookie);
        Assert.DoesNotContain(token.Secret, browser.SetCookie);
        WebVisitor after = await _web.Of(browser.Get());
        Assert.Equal(("ann", TokenScope.Agent, false), (after.Principal!.Agent, after.Principal.Scope, after.MustSignIn));
        Assert.NotEqual(before.FormToken, after.FormToken);
        Assert.Null((await _web.Of(new Browser { Cookie = anonymous }.Get())).Principal);
    }

    [Theory]
    [InlineData("X-Forwarded-Proto", "https", true)]
    [InlineData("X-Forwarded-Proto", "http", false)]
    [InlineData("Origin", "https://team.test", true)]
    public async Task A_cookie_that_came_over_https_goes_over_nothing_else(string header, string value, bool secure)
    {
        Browser browser = new();
        HttpContext context = browser.Get();
        context.Request.Headers[header] = value;
        await _web.Of(context);
        string set = context.Response.Headers.SetCookie.ToString();
        Assert.Equal((secure, secure), (set.Contains("; secure", StringComparison.Ordinal), set.StartsWith("__Host-agentcraft-7717=", StringComparison.Ordinal)));
        string form = (await _web.Of(browser.Get())).FormToken;
        Assert.Equal(form, (await _web.Of(browser.Get())).FormToken);
    }

    [Fact]
    public async Task What_is_no_good_token_signs_nobody_in_and_is_audited_without_it()
    {
        CreatedToken token = await Token();
        Browser browser = new();
        foreach (string wrong in new[] { "", "agc_x", token.Secret + "x", new string('x', 100_000) })
            Assert.Equal("There is no such token.", await SignIn(browser, wrong));
        Assert.True((await _web.Of(browser.Get())).MustSignIn);
        Assert.Null(await SignIn(browser, $" {token.Secret}\n"));
        List<string> audit = await Audit("web_sign_in", 5);
        Assert.Equal(4, audit.Count(line => line.StartsWith("refused", StringComparison.Ordinal)));
        Assert.All(audit, line => Assert.DoesNotContain(token.Secret[8..^4], line));
    }

    [Fact]
    public async Task A_session_ends_with_its_token_its_time_and_when_one_signs_out()
    {
        CreatedToken first = await Token(), second = await Token(), third = await Token(), fourth = await Token();
        List<Browser> browsers = [];
        foreach (CreatedToken token in new[] { first, second, third, fourth })
        {
            browsers.Add(new());
            await SignIn(browsers[^1], token.Secret);
        }
        await _stores.Tokens.Revoke(first.Token.Id);
        await _stores.Tokens.Rotate(second.Token.Id);
        HttpContext leaving = browsers[2].Get();
        _web.SignOut(leaving);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("expires=Thu, 01 Jan 1970", leaving.Response.Headers.SetCookie.ToString());
        foreach (Browser gone in browsers.Take(3))
        {
            Assert.False(await _web.IsStillGood(gone.Get()));
            Assert.True((await _web.Of(gone.Get())).MustSignIn);
        }
        Assert.True(await _web.IsStillGood(browsers[3].Get()));
        _time.Advance(WebSessions.Life);
        Assert.True((await _web.Of(browsers[3].Get())).MustSignIn);
    }

    [Theory]
    [InlineData("same-origin", null, true)]
    [InlineData("same-origin", "http://127.0.0.1:7717", true)]
    [InlineData(null, "http://127.0.0.1:7717", true)]
    [InlineData(null, "https://127.0.0.1:7717", true)]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, false)]
    [InlineData("none", null, false)]
    [InlineData(null, null, false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "http://127.0.0.1:3000", false)]
    [InlineData(null, "http://localhost:7717", false)]
    [InlineData(null, "http://127.0.0.1.evil.com:7717", false)]
    [InlineData(null, "http://127.0.0.1:7717@evil.com", false)]
    [InlineData(null, "http://evil.com", false)]
    [InlineData("cross-site", "http://127.0.0.1:7717", false)]
    public async Task Only_a_page_of_this_very_server_may_write(string? site, string? origin, bool allowed)
    {
        Browser browser = new();
        string form = (await _web.Of(browser.Get())).FormToken;
        foreach (bool script in new[] { false, true })
        {
            HttpContext context = browser.Post(("csrf", form));
            context.Request.Headers.Remove("Sec-Fetch-Site");
            if (site is not null)
                context.Request.Headers["Sec-Fetch-Site"] = site;
            if (origin is not null)
                context.Request.Headers.Origin = origin;
            context.Request.Headers[WebSessions.FormHeader] = form;
            Assert.Equal(allowed, script ? await WebForms.MayWrite(context, _web) : await WebForms.Read(context, _web) is not null);
            Assert.Equal(allowed ? 200 : 403, context.Response.StatusCode);
        }
    }

    [Fact]
    public async Task A_form_carries_what_only_its_own_browser_was_given()
    {
        Browser browser = new(), other = new();
        string own = (await _web.Of(browser.Get())).FormToken, foreign = (await _web.Of(other.Get())).FormToken;
        WebSessions restarted = new(_stores, new Authenticator(_stores, new AuthSettings(), new ToolCatalog(new Lazy<Stores>(_stores))));
        foreach (string wrong in new[] { "", foreign, own[..^1], own + "x", "é", (await restarted.Of(browser.Get())).FormToken })
        {
            HttpContext refused = browser.Post(("csrf", wrong));
            Assert.Null(await WebForms.Read(refused, _web));
            Assert.Equal(403, refused.Response.StatusCode);
            Assert.Contains("reload the page", Body(refused));
        }
        Assert.Null(await WebForms.Read(new Browser().Post(("csrf", own)), _web));
        Assert.Contains((await Audit("web_request", 1)), line => line.StartsWith("refused", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("multipart/form-data; boundary=x", 415)]
    [InlineData("application/json", 415)]
    [InlineData("", 415)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", 200)]
    public async Task Only_a_plain_form_is_one(string type, int status)
    {
        Browser browser = new();
        HttpContext context = browser.Post(("csrf", (await _web.Of(browser.Get())).FormToken));
        context.Request.ContentType = type;
        Assert.Equal(status == 200, await WebForms.Read(context, _web) is not null);
        Assert.Equal(status, context.Response.StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_too_large_is_refused()
    {
        Browser browser = new();
        string form = (await _web.Of(browser.Get())).FormToken;
        foreach (bool announced in new[] { true, false })
        {
            HttpContext context = browser.Post(("csrf", form), ("a", new string('x', 100_000)));
            context.Request.ContentLength = announced ? 100_100 : null;
            Assert.Null(await WebForms.Read(context, _web));
            Assert.Equal(413, context.Response.StatusCode);
        }
    }

    private Task<CreatedToken> Token() => _stores.Tokens.Create(new("ann", TokenScope.Agent));

    private async Task<string?> SignIn(Browser browser, string token)
    {
        HttpContext context = browser.Post(("csrf", (await _web.Of(browser.Get())).FormToken), ("token", token));
        return await _web.SignIn(context, token);
    }

    private async Task<List<string>> Audit(string action, int count)
    {
        List<string> lines = [];
        await Eventually.Become(async () => (lines = await _stores.Databases.Central.Read(c => c.Query<string>(
            "SELECT outcome || ' ' || COALESCE(agent, '') || ' ' || COALESCE(target, '') || ' ' || COALESCE(detail, '') FROM audit_log WHERE action = @Action", new { Action = action }))).Count >= count, Soon, "the audit log");
        return lines;
    }

    private static string Body(HttpContext context) => Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());

    /// <summary>A browser that keeps the one cookie.</summary>
    private sealed class Browser
    {
        private HttpContext? _last;

        public string? Jar { get; set; }

        public string SetCookie { get; private set; } = "";

        private string? Look()
        {
            if (_last is not null)
                Keep(_last);
            return Jar;
        }

        public string? Cookie
        {
            get => Look()?.Split('=', 2)[1];
            init => Jar = $"agentcraft-7717={value}";
        }

        public HttpContext Get()
        {
            if (_last is not null)
                Keep(_last);
            DefaultHttpContext context = new();
            context.Request.Method = "GET";
            context.Request.Scheme = "http";
            context.Request.Host = new("127.0.0.1:7717");
            context.Request.Path = "/";
            context.Connection.LocalPort = 7717;
            context.Response.Body = new MemoryStream();
            if (Jar is not null)
                context.Request.Headers.Cookie = Jar;
            return _last = context;
        }

        public HttpContext Post(params (string Name, string Value)[] fields)
        {
            HttpContext context = Get();
            byte[] body = Encoding.UTF8.GetBytes(string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}")));
            context.Request.Method = "POST";
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.ContentLength = body.Length;
            context.Request.Body = new MemoryStream(body);
            context.Request.Headers["Sec-Fetch-Site"] = "same-origin";
            return context;
        }

        private void Keep(HttpContext context)
        {
            if (context.Response.Headers.SetCookie is not [.., { } set])
                return;
            (SetCookie, Jar) = (set, set.Split(';')[0]);
        }
    }
}
