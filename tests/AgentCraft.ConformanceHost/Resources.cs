using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.ConformanceHost;

/// <summary>The suite's resources.</summary>
internal static class Resources
{
    public static McpServerResource[] All { get; } =
    [
        McpServerResource.Create(() => new TextResourceContents
        {
            Uri = "test://static-text", MimeType = "text/plain", Text = "This is the content of the static text resource.",
        }, new() { UriTemplate = "test://static-text", Name = "static-text", Description = "Text.", MimeType = "text/plain" }),
        McpServerResource.Create(() => BlobResourceContents.FromBytes(Convert.FromBase64String(Fixture.Png), "test://static-binary", "image/png"),
            new() { UriTemplate = "test://static-binary", Name = "static-binary", Description = "Bytes.", MimeType = "image/png" }),
        McpServerResource.Create(() => new TextResourceContents { Uri = "test://watched-resource", MimeType = "text/plain", Text = "Watch me." },
            new() { UriTemplate = "test://watched-resource", Name = "watched-resource", Description = "To subscribe to.", MimeType = "text/plain" }),
        McpServerResource.Create((string id) => new TextResourceContents
        {
            Uri = $"test://template/{id}/data", MimeType = "application/json", Text = $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}""",
        }, new() { UriTemplate = "test://template/{id}/data", Name = "template", Description = "By id.", MimeType = "application/json" }),
    ];
}
