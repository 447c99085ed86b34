using System.Text.Json.Nodes;
using AgentCraft.Data.Configuration;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.Authentication;

/// <summary>What a client needs to get a token of the issuer: OAuth 2.0 Protected Resource Metadata (RFC 9728).</summary>
internal sealed class ResourceMetadata(AuthSettings settings)
{
    /// <summary>Where it is; the path of the MCP endpoint may follow.</summary>
    public const string Path = "/.well-known/oauth-protected-resource";

    /// <summary>Its URL, as this client can reach it.</summary>
    public string UrlFor(HttpRequest request) => new Uri(new Uri(Resource(request)), Path + HttpHost.McpPath).ToString();

    /// <summary>Answers with it.</summary>
    public Task Get(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject
        {
            ["resource"] = Resource(context.Request),
            ["resource_name"] = "AgentCraft",
            ["authorization_servers"] = new JsonArray(settings.Issuer),
            ["scopes_supported"] = new JsonArray("read", "agent", "admin"),
            ["bearer_methods_supported"] = new JsonArray("header"),
        }.ToJsonString(), context.RequestAborted);
    }

    // Behind a proxy only the setting knows the outer address.
    private string Resource(HttpRequest request) =>
        Uri.TryCreate(settings.Audience, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? settings.Audience : $"{request.Scheme}://{request.Host}{HttpHost.McpPath}";
}
