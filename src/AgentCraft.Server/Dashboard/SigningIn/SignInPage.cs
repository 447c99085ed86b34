using AgentCraft.Server.Dashboard.Markup;
using AgentCraft.Server.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentCraft.Server.Dashboard.SigningIn;

/// <summary>Where a person shows a token, once, to look at pages or to write.</summary>
internal sealed class SignInPage(PageHost pages, WebSessions sessions)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", Show);
        app.MapPost("/sign-in", SignIn);
        app.MapPost("/sign-out", SignOut);
    }

    /// <summary>The form.</summary>
    public static Page Form(PageRequest request, string? fault) => new("Sign in", "/sign-in", Html.Of($"""
        {Html.If(fault is not null, () => Html.Of($"<p class=\"error\" role=\"alert\" id=\"fault\">{fault}</p>"))}
        <form class="write narrow" method="post" action="/sign-in">{request.FormToken}
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="off" autocapitalize="off" spellcheck="false" required{(fault is null ? Html.None : Html.Of($" aria-invalid=\"true\" aria-describedby=\"fault\""))}>
        <p class="row"><button>Sign in</button></p>
        <p class="faint">A token of scope read lets you look; agent and admin let you write, in the name of the token's agent. Whoever runs this server makes one:
        <code>agentcraft token create --agent NAME --scope agent</code></p>
        </form>
        """));

    private async Task Show(HttpContext context)
    {
        if (await pages.RequestOf(context) is { } request)
            await pages.Send(request, Form(request, fault: null));
    }

    private async Task SignIn(HttpContext context)
    {
        if (await WebForms.Read(context, sessions) is not { } form)
            return;
        if (await sessions.SignIn(context, form["token"].ToString()) is not { } fault)
        {
            PageHost.Redirect(context, Link.To($"/"));
            return;
        }
        if (await pages.RequestOf(context) is { } request)
            await pages.Send(request, Form(request, fault) with { Status = StatusCodes.Status401Unauthorized });
    }

    private async Task SignOut(HttpContext context)
    {
        if (await WebForms.Read(context, sessions) is null)
            return;
        sessions.SignOut(context);
        PageHost.Redirect(context, Link.To($"/"));
    }
}
