using System.Globalization;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Data.Activities;
using AgentCraft.Server.Dashboard.Markup;
using AgentCraft.Server.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentCraft.Server.Dashboard.Live;

/// <summary>What happens, as server-sent events for pages that are open. Whatever a burst brings, a page gets a few entries of it a second.</summary>
internal sealed class StreamEndpoint(Stores stores, WebSessions sessions, CancellationToken stopping)
{
    private const int MostStreams = 200;
    private const int MostShown = 30;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private int _streams;

    /// <summary>Everything that happens, or what concerns an agent or one kind of thing.</summary>
    public static Link Address(string? agent = null, ActivityKind? kind = null) =>
        Link.To($"/stream").With("agent", agent).With("kind", kind is { } one ? Parts.Word(one) : null);

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/stream", Get);

    private async Task Get(HttpContext context)
    {
        if (await Visitor(context) is not { } visitor)
            return;
        if (visitor.MustSignIn || Interlocked.Increment(ref _streams) > MostStreams)
        {
            if (!visitor.MustSignIn)
                Interlocked.Decrement(ref _streams);
            context.Response.StatusCode = visitor.MustSignIn ? StatusCodes.Status401Unauthorized : StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await Send(context, Filter(new(context, visitor, stores.Databases.Time.GetUtcNow())), end.Token);
        }
        catch (AgentCraftException refusal) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = ErrorPage.StatusOf(refusal);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or AgentCraftException)
        {
            // The page was left, the server stops, or the store cannot be read now: the browser asks again by itself.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task<WebVisitor?> Visitor(HttpContext context)
    {
        try
        {
            return await sessions.Of(context);
        }
        catch (AgentCraftException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return null;
        }
    }

    private static ActivityFilter Filter(PageRequest request) => new()
    {
        Agent = request.Query("agent"),
        Kinds = request.Query<ActivityKind>("kind") is { } kind ? [kind] : [],
        Lines = 0,
    };

    private async Task Send(HttpContext context, ActivityFilter filter, CancellationToken end)
    {
        TimeProvider time = stores.Databases.Time;
        long said = time.GetTimestamp(), looked = said;
        await foreach (IReadOnlyList<Activity> found in stores.Activity.Follow(filter, end))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = "text/event-stream";
                await Write(context, "retry: 2000\n\n", end);
            }
            if (time.GetElapsedTime(looked) > LookAgain)
            {
                if (!await sessions.IsStillGood(context))
                    return;
                looked = time.GetTimestamp();
            }
            bool isQuiet = found.Count == 0;
            if (isQuiet && time.GetElapsedTime(said) < Keep)
                continue;
            await Write(context, isQuiet ? ": still here\n\n" : $"data: {Data(found)}\n\n", end);
            said = time.GetTimestamp();
            if (!isQuiet)
                await Task.Delay(Breath, time, end);
        }
    }

    /// <summary>One line: JSON has no line ends in it.</summary>
    private string Data(IReadOnlyList<Activity> found)
    {
        DateTimeOffset now = stores.Databases.Time.GetUtcNow();
        Activity newest = found[^1];
        return new JsonObject
        {
            ["count"] = found.Count,
            ["say"] = found.Count == 1 ? ActivityItem.Say(newest) : string.Create(CultureInfo.InvariantCulture, $"{found.Count} new entries, the last: {ActivityItem.Say(newest)}"),
            ["html"] = Html.Each(found.TakeLast(MostShown).Reverse(), activity => ActivityItem.Of(activity, now)).ToString(),
        }.ToJsonString();
    }

    private static async Task Write(HttpContext context, string text, CancellationToken end)
    {
        await context.Response.WriteAsync(text, end);
        await context.Response.Body.FlushAsync(end);
    }
}
