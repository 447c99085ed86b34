using System.Security.Cryptography;
using AgentCraft.Server.Dashboard.Markup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentCraft.Server.Dashboard;

/// <summary>The style sheet, the script and the icon: they travel inside the program, so a page needs nothing from elsewhere.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, Asset> All = new[]
    {
        Load("dashboard.css", "text/css; charset=utf-8"), Load("dashboard.js", "text/javascript; charset=utf-8"), Load("icon.svg", "image/svg+xml"),
    }.ToDictionary(asset => asset.Name);

    /// <summary>Where it is; another address for another content, so that a browser may keep it.</summary>
    public static Link Address(string name) => Link.To($"/assets/{name}").With("v", All[name].Hash);

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (Asset asset in All.Values)
            app.MapMethods($"/assets/{asset.Name}", [HttpMethods.Get, HttpMethods.Head], context => Send(context, asset));
    }

    private static Task Send(HttpContext context, Asset asset)
    {
        context.Response.ContentType = asset.Type;
        context.Response.ContentLength = asset.Content.Length;
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return context.Response.Body.WriteAsync(asset.Content, context.RequestAborted).AsTask();
    }

    private static Asset Load(string name, string type)
    {
        using Stream resource = typeof(Assets).Assembly.GetManifestResourceStream($"dashboard/{name}")
            ?? throw new InvalidOperationException($"The program has no {name} in it.");
        byte[] content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new(name, type, content, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
    }

    private sealed record Asset(string Name, string Type, byte[] Content, string Hash);
}
