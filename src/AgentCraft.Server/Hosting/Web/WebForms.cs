using AgentCraft.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AgentCraft.Server.Hosting.Web;

/// <summary>
/// Lets a page write only for who looks at it: the browser must say that the request comes from a page of this server, and the request must
/// carry what only that page knows. Either alone would stop a foreign page; an old browser may lack one.
/// </summary>
internal static class WebForms
{
    private const int LargestForm = 64 * 1024;
    private const string FormType = "application/x-www-form-urlencoded";
    private const string Elsewhere = "This came from a page that is not of this server. Open the page here and send it again.";
    private const string Old = "This form is too old or of another session. Go back, reload the page and send it again.";

    /// <summary>The form that a page of ours has sent; null when it was refused, and answered.</summary>
    public static async Task<IFormCollection?> Read(HttpContext context, WebSessions sessions)
    {
        if (IsForeign(context.Request))
            return await Refuse(context, sessions, StatusCodes.Status403Forbidden, Elsewhere);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type) || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
            return await Refuse(context, sessions, StatusCodes.Status415UnsupportedMediaType, $"A form is sent as {FormType}.");
        if (await TryRead(context) is not { } form)
            return await Refuse(context, sessions, StatusCodes.Status413PayloadTooLarge, $"A form has at most {LargestForm} bytes.");
        return sessions.IsFormToken(context, form[WebSessions.FormField]) ? form : await Refuse(context, sessions, StatusCodes.Status403Forbidden, Old);
    }

    /// <summary>The same for what a script of ours sends with the header <see cref="WebSessions.FormHeader"/>: false when it was refused, and answered.</summary>
    public static async Task<bool> MayWrite(HttpContext context, WebSessions sessions)
    {
        string? fault = IsForeign(context.Request) ? Elsewhere : sessions.IsFormToken(context, context.Request.Headers[WebSessions.FormHeader]) ? null : Old;
        if (fault is not null)
            await Refuse(context, sessions, StatusCodes.Status403Forbidden, fault);
        return fault is null;
    }

    // No page can forge Sec-Fetch-Site. Browsers send it to this machine and over https, and Origin with every write everywhere.
    private static bool IsForeign(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site ? site != "same-origin" : !RequestChecks.IsOwnOrigin(request, request.Headers.Origin);

    private static async Task<IFormCollection?> TryRead(HttpContext context)
    {
        if (context.Request.ContentLength > LargestForm)
            return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LargestForm;
        try
        {
            FormOptions options = new() { BufferBodyLengthLimit = LargestForm, ValueLengthLimit = LargestForm, KeyLengthLimit = 100, ValueCountLimit = 100 };
            return await new FormFeature(context.Request, options).ReadFormAsync(context.RequestAborted);
        }
        catch (Exception broken) when (broken is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static async Task<IFormCollection?> Refuse(HttpContext context, WebSessions sessions, int status, string why)
    {
        sessions.Refused(context, why);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(why, context.RequestAborted);
        return null;
    }
}
