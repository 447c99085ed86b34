using AgentCraft.Data;
using AgentCraft.Server.Dashboard.Markup;
using AgentCraft.Server.Dashboard.SigningIn;
using AgentCraft.Server.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Dashboard;

/// <summary>What a form does, and where it leads then.</summary>
internal delegate Task<Link> FormAction(PageRequest request, IFormCollection form);

/// <summary>Answers with pages: finds out who asks, shows what goes wrong as a page too, and takes forms only from who may write.</summary>
internal sealed class PageHost(IEndpointRouteBuilder app, Stores stores, WebSessions sessions, ILogger<PageHost> log)
{
    /// <summary>A page to look at.</summary>
    public void Get(string pattern, PageSource source) => app.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], context => Answer(context, source));

    /// <summary>A form, for who has signed in with a token that may write.</summary>
    public void Post(string pattern, FormAction act) => app.MapPost(pattern, context => Answer(context, act));

    /// <summary>Sends a page to whoever may see it; to anybody else the form to sign in.</summary>
    public async Task Answer(HttpContext context, PageSource source)
    {
        if (await RequestOf(context) is not { } request)
            return;
        Page page = request.Visitor.MustSignIn ? SignInPage.Form(request, fault: null) with { Status = StatusCodes.Status401Unauthorized } : await Make(request, source);
        await Send(request, page);
    }

    /// <summary>Who asks, and for what; null when that cannot be found out, which is answered then.</summary>
    public async Task<PageRequest?> RequestOf(HttpContext context)
    {
        DateTimeOffset now = stores.Databases.Time.GetUtcNow();
        try
        {
            return new(context, await sessions.Of(context), now);
        }
        catch (AgentCraftException unknown)
        {
            await Send(new(context, new(null, MustSignIn: true, ""), now), ErrorPage.Of(StatusCodes.Status503ServiceUnavailable, $"It cannot be found out who asks. {unknown.Message}", unknown.Hint));
            return null;
        }
    }

    /// <summary>Sends it as it is.</summary>
    public Task Send(PageRequest request, Page page)
    {
        HttpResponse response = request.Context.Response;
        response.StatusCode = page.Status;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(Layout.Document(page, request, stores.Projects.DefaultName), request.Gone);
    }

    private async Task Answer(HttpContext context, FormAction act)
    {
        if (await WebForms.Read(context, sessions) is not { } form)
            return;
        if (await RequestOf(context) is not { } request)
            return;
        if (request.Writer is null)
        {
            string why = request.Visitor.Principal is null ? "Only who has signed in with a token can write here." : "Your token only reads. To write, sign in with one of scope agent or admin.";
            sessions.Refused(context, why);
            await Send(request, ErrorPage.Of(StatusCodes.Status403Forbidden, why, "Ask whoever runs this server: agentcraft token create --agent NAME --scope agent."));
            return;
        }
        Link? next = null;
        Page page = await Make(request, async asked =>
        {
            next = await act(asked, form);
            return new("", "", Html.None);
        });
        if (next is { } link)
            Redirect(context, link);
        else
            await Send(request, page);
    }

    /// <summary>Leads on to a page, which is asked for anew.</summary>
    public static void Redirect(HttpContext context, Link to)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = to.ToString();
    }

    private async Task<Page> Make(PageRequest request, PageSource source)
    {
        try
        {
            return await source(request);
        }
        catch (AgentCraftException refusal)
        {
            return ErrorPage.Of(ErrorPage.StatusOf(refusal), refusal.Message, refusal.Hint);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            string reference = Guid.NewGuid().ToString("n")[..8];
            log.LogError(bug, "A page failed, reference {Reference}", reference);
            return ErrorPage.Of(StatusCodes.Status500InternalServerError, $"Something went wrong here. The log says what, under {reference}.", null);
        }
    }
}
