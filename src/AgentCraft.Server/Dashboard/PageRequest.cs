using AgentCraft.Data;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Dashboard.Markup;
using AgentCraft.Server.Hosting.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentCraft.Server.Dashboard;

/// <summary>What a page is asked for, and by whom.</summary>
internal sealed record PageRequest(HttpContext Context, WebVisitor Visitor, DateTimeOffset Now)
{
    /// <summary>Whoever asks is gone.</summary>
    public CancellationToken Gone => Context.RequestAborted;

    /// <summary>Where the page before ended; null for the first.</summary>
    public string? Cursor => Query("cursor");

    /// <summary>It may write, as this agent; null when it may only look.</summary>
    public string? Writer => Visitor.Principal is { Scope: >= TokenScope.Agent } principal ? principal.Agent : null;

    /// <summary>A parameter of the address; null when it is not there or empty.</summary>
    public string? Query(string name) => Context.Request.Query[name] is [{ Length: > 0 } value, ..] ? Text.Storable(value, name) : null;

    /// <summary>A part of the address.</summary>
    public string Route(string name) => Text.Storable((string)Context.GetRouteValue(name)!, name)!;

    /// <summary>What every form carries.</summary>
    public Html FormToken => Html.Of($"<input type=\"hidden\" name=\"{WebSessions.FormField}\" value=\"{Visitor.FormToken}\">");

    /// <summary>A parameter that is one of an enum's words.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public T? Query<T>(string name) where T : struct, Enum => Query(name) is not { } word ? null
        : Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => Parts.Word(value!.Value) == word)
            ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"There is no {name} '{Text.Shown(word, 40)}'.", $"Choose one of {string.Join(", ", Enum.GetValues<T>().Select(Parts.Word))}.");
}
