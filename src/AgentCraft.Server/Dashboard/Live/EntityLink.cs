using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard.Live;

/// <summary>What an event happened to, with a way there where there is a page of it.</summary>
internal static class EntityLink
{
    public static Html Of(string? type, string? id) => (type, id) switch
    {
        (null, _) or (_, null) => Html.None,
        ("task", _) => Html.Of($"<a href=\"{Link.To($"/tasks/{id}")}\">task</a>"),
        ("handover", _) => Html.Of($"<a href=\"{Link.To($"/handovers/{id}")}\">hand-over</a>"),
        ("agent", _) => Html.Of($"<a href=\"{Link.To($"/agents/{id}")}\">agent</a>"),
        ("message", _) => Html.Of($"<a href=\"{Link.To($"/messages/{id}")}\">message</a>"),
        ("claim", _) => Html.Of($"<a href=\"/claims\">claim</a>"),
        ("document" or "session" or "process" or "output" or "project" or "tool", _) => Html.Of($"<span class=\"faint\">{type}</span>"),
        _ => Html.Of($"<span class=\"faint\">{type} <code>{AgentCraft.Data.Text.Shown(id, 60)}</code></span>"),
    };
}
