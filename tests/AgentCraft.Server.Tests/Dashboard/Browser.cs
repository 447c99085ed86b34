using System.Net;
using System.Text.RegularExpressions;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Dashboard;

/// <summary>Somebody's browser without a script: it keeps a cookie, shows pages and sends their forms.</summary>
internal sealed partial class Browser(HttpServer server)
{
    private string? _cookie;

    /// <summary>A page as it came.</summary>
    public sealed record Shown(HttpStatusCode Status, string Html, string? Policy, string? Location)
    {
        /// <summary>What stands in it, without tags.</summary>
        public string Text => WebUtility.HtmlDecode(Tags().Replace(Html, " "));

        /// <summary>Where its links of a kind lead, by a piece of the address.</summary>
        public IReadOnlyList<string> Links(string part) =>
            [.. Hrefs().Matches(Html).Select(link => WebUtility.HtmlDecode(link.Groups[1].Value)).Where(link => link.Contains(part, StringComparison.Ordinal))];

        /// <summary>The value of its first hidden field of that name.</summary>
        public string Field(string name) => WebUtility.HtmlDecode(Regex.Match(Html, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);
    }

    public Task<Shown> Get(string path) => Send(HttpMethod.Get, path, null, []);

    /// <summary>Sends a form as a browser does that shows a page of this server.</summary>
    public Task<Shown> Post(string path, params (string Name, string Value)[] fields) => Post(path, server.Mcp.GetLeftPart(UriPartial.Authority), "same-origin", fields);

    /// <summary>The same from a page of elsewhere.</summary>
    public Task<Shown> Post(string path, string origin, string site, params (string Name, string Value)[] fields) =>
        Send(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), new() { ["Origin"] = origin, ["Sec-Fetch-Site"] = site });

    /// <summary>Signs in with a token; fails when that is refused.</summary>
    public async Task SignIn(string token)
    {
        Shown form = await Get("/sign-in");
        Shown answer = await Post("/sign-in", ("csrf", form.Field("csrf")), ("token", token));
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (answer.Status, answer.Location));
    }

    private async Task<Shown> Send(HttpMethod method, string path, HttpContent? content, Dictionary<string, string?> headers)
    {
        headers["Accept"] = "text/html";
        if (_cookie is not null)
            headers["Cookie"] = _cookie;
        using HttpExchange exchange = await server.Send(method, path, content, headers);
        if (exchange.Header("Set-Cookie") is { } set)
            _cookie = set.Split(';')[0];
        return new(exchange.Status, await exchange.Rest(), exchange.Header("Content-Security-Policy"), exchange.Header("Location"));
    }

    /// <summary>Opens a stream of events.</summary>
    public Task<HttpExchange> Listen(string path) => server.Send(HttpMethod.Get, path, null, new Dictionary<string, string?> { ["Accept"] = "text/event-stream", ["Cookie"] = _cookie });

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Hrefs();
}
