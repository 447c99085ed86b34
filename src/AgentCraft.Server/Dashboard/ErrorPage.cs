using AgentCraft.Data;
using AgentCraft.Server.Dashboard.Markup;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Dashboard;

/// <summary>Says what is wrong, and what to do.</summary>
internal static class ErrorPage
{
    public static Page Of(int status, string message, string? hint) => new(Title(status), "", Html.Of($"""
        <p class="error" role="alert">{message}</p>
        {Html.If(hint is { Length: > 0 }, () => Html.Of($"<p>{hint}</p>"))}
        <p><a href="/">Back to the overview</a></p>
        """))
    { Status = status };

    public static int StatusOf(AgentCraftException refusal) => refusal.Code switch
    {
        ErrorCodes.NotFound => StatusCodes.Status404NotFound,
        ErrorCodes.NotAllowed or ErrorCodes.InsufficientScope => StatusCodes.Status403Forbidden,
        ErrorCodes.InvalidTransition or ErrorCodes.VersionConflict or ErrorCodes.IdempotencyConflict => StatusCodes.Status409Conflict,
        ErrorCodes.CursorExpired => StatusCodes.Status410Gone,
        ErrorCodes.PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
        _ when refusal.Retryable => StatusCodes.Status503ServiceUnavailable,
        ErrorCodes.StoreUnavailable or ErrorCodes.DiskFull => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    private static string Title(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is no such thing",
        StatusCodes.Status403Forbidden => "Not allowed",
        StatusCodes.Status503ServiceUnavailable => "Not now",
        StatusCodes.Status500InternalServerError => "An error",
        _ => "That cannot be shown",
    };
}
