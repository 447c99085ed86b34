using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Server.Tools;

/// <summary>The argument <c>createHandover</c> of <c>end_session</c>: true, or create_handover's own arguments.</summary>
internal static class HandoverWish
{
    private static readonly string[] Members = ["template", "title", "sections", "publish"];

    /// <summary>With <c>true</c> the summary becomes the current state; the rest stays to be filled in.</summary>
    public static NewHandover Read(JsonElement wish, string author, string? summary)
    {
        if (wish.ValueKind == JsonValueKind.True)
            return new() { Author = author, Sections = summary is null ? [] : new Dictionary<string, string> { ["Current state"] = summary } };
        if (wish.ValueKind != JsonValueKind.Object)
            throw Invalid("must be true or an object");
        if (wish.EnumerateObject().FirstOrDefault(p => !Members.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } odd)
            throw Invalid($"has no member '{odd.Name}'");
        return new()
        {
            Author = author,
            Template = Member(wish, "template", JsonValueKind.String)?.GetString() ?? NewHandover.DefaultTemplate,
            Title = Member(wish, "title", JsonValueKind.String)?.GetString(),
            Sections = Sections(wish),
            Publish = Member(wish, "publish", JsonValueKind.True, JsonValueKind.False)?.GetBoolean() ?? false,
        };
    }

    private static Dictionary<string, string> Sections(JsonElement wish)
    {
        if (Member(wish, "sections", JsonValueKind.Object) is not { } sections)
            return [];
        return sections.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.String)
            ? sections.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!)
            : throw Invalid("needs sections as an object of heading to Markdown text");
    }

    private static JsonElement? Member(JsonElement wish, string name, params JsonValueKind[] kinds) =>
        !wish.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : kinds.Contains(value.ValueKind) ? value
        : throw Invalid($"has the wrong type in '{name}'");

    private static AgentCraftException Invalid(string fault) => new(ErrorCodes.InvalidArgument, $"createHandover {fault}.",
        "Pass true, or an object such as {\"title\": \"…\", \"sections\": {\"Goal\": \"…\"}, \"publish\": true}.");
}
