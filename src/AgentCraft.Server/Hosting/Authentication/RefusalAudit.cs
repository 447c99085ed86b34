using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.Authentication;

/// <summary>Writes down who was refused over HTTP: what the tools refuse says <see cref="ToolAudit"/>.</summary>
internal sealed class RefusalAudit(Stores stores)
{
    private const string Noted = "agentcraft.noted";

    /// <summary>Middleware around all others: a refusal that nobody wrote down yet is one of a page or a stranger. Limits keep a log of their own.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden && !context.Items.ContainsKey(Noted))
            Note(stores, context, new("http_request")
            {
                Target = context.Request.Path,
                Detail = $"{context.Response.StatusCode}, Host '{Text.Shown(context.Request.Host.Value ?? "")}'{(context.Request.Headers.Origin is [var origin, ..] ? $", Origin '{Text.Shown(origin ?? "")}'" : "")}",
            });
    }

    /// <summary>Whatever becomes of this request is written down by somebody else.</summary>
    public static void Know(HttpContext context) => context.Items[Noted] = true;

    /// <summary>A refusal, with who asked and from where.</summary>
    public static void Note(Stores stores, HttpContext context, AuditEntry entry)
    {
        Know(context);
        Principal? principal = Authenticator.PrincipalOf(context);
        stores.Audit.Note(entry with { Principal = principal?.Source, Agent = principal?.Agent, IsRefused = true, Remote = context.Connection.RemoteIpAddress?.ToString() });
    }
}
