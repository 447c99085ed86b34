using System.Text.Json.Nodes;
using AgentCraft.Server.Hosting.StreamableHttp;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting;

/// <summary>Whether the server runs and whether it can serve, for whoever watches it.</summary>
/// <param name="check">Throws when the server could not serve now, for example because the store cannot be read.</param>
internal sealed class Health(
    Func<CancellationToken, Task> check, StreamableHttpMapping mcp, ILogger<Health> log, CancellationToken stopping)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private int _handlers;

    /// <summary>Counts the handlers of requests that run, those included whose clients are gone.</summary>
    public void Watch(McpServerOptions options) => options.Filters.Message.IncomingFilters.Add(next => async (context, cancellationToken) =>
    {
        int one = context.JsonRpcMessage is JsonRpcRequest ? 1 : 0;
        Interlocked.Add(ref _handlers, one);
        try
        {
            await next(context, cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref _handlers, -one);
        }
    });

    /// <summary>200 as long as there is anybody to answer.</summary>
    public Task Live(HttpContext context) => Write(context, StatusCodes.Status200OK, new() { ["status"] = "live" });

    /// <summary>200 when a call would be served now, else 503.</summary>
    public async Task Ready(HttpContext context)
    {
        string? fault = await Fault(context.RequestAborted);
        await Write(context, fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, new()
        {
            ["status"] = fault ?? "ready",
            ["sessions"] = mcp.SessionCount,
            ["streams"] = mcp.StreamCount,
            ["runningRequests"] = Volatile.Read(ref _handlers),
        });
    }

    private async Task<string?> Fault(CancellationToken cancellationToken)
    {
        if (stopping.IsCancellationRequested)
            return "stopping";
        try
        {
            await check(cancellationToken).WaitAsync(Patience, cancellationToken);
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("Not ready: {Reason}", failure.Message);
            return "the store cannot be read; the log says why";
        }
    }

    private static Task Write(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
