using System.Buffers;
using System.Text;
using System.Threading.RateLimiting;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Hosting.StreamableHttp;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// How much one caller, or all together, may ask of the server. A caller is the agent of a token; where names are taken on trust it is a
/// connection, for on one machine there is nobody to be kept apart by anything better. Every refusal names its setting and the next step.
/// </summary>
internal sealed class Limits(HttpSettings settings, AuditLog? audit) : IDisposable
{
    /// <summary>How many connections more there may be while they are told that there are too many.</summary>
    public const int MostBeingRefused = 200;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly LimitLog _log = new(audit);
    private readonly PartitionedRateLimiter<string>? _requests = settings.RequestsPerSecond == 0 ? null : PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(settings)), StringComparer.Ordinal);

    private int _connections;

    /// <summary>Middleware after authentication: answers 429, or goes on. A supervisor may always ask.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        if (_requests is null || context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }
        Principal? principal = Authenticator.PrincipalOf(context);
        using RateLimitLease lease = _requests.AttemptAcquire(principal is null ? $"connection {context.Connection.Id}" : $"agent {principal.Key}");
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }
        int seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        HttpRefusal refusal = new(StatusCodes.Status429TooManyRequests, HttpRefusal.Forbidden,
            $"{(principal is null ? "This connection" : $"'{principal.Agent}'")} sends more than {settings.RequestsPerSecond} requests a second (http.requestsPerSecond). "
            + $"Wait {seconds} s and send it again; wait_for_messages waits for news without asking again and again.")
        { Limit = "http.requestsPerSecond" };
        context.Response.Headers.RetryAfter = $"{seconds}";
        Note(context, refusal);
        await refusal.Write(context);
    }

    /// <summary>Connection middleware: answers 503, or goes on.</summary>
    public ConnectionDelegate Check(ConnectionDelegate next) => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _connections) <= settings.MaxConnections)
                await next(connection);
            else
                await Refuse(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    };

    /// <summary>Writes down that a limit was reached, where that is why.</summary>
    public void Note(HttpContext context, HttpRefusal refusal)
    {
        if (refusal.Limit is not { } limit)
            return;
        Principal? principal = Authenticator.PrincipalOf(context);
        _log.Note(limit, refusal.Message, context.Connection.RemoteIpAddress?.ToString(), principal);
    }

    public void Dispose() => _requests?.Dispose();

    // So few a second that a tenth of it is none come one at a time.
    private static TokenBucketRateLimiterOptions Bucket(HttpSettings settings) => new()
    {
        TokenLimit = settings.RequestBurst,
        TokensPerPeriod = Math.Max(1, settings.RequestsPerSecond / 10),
        ReplenishmentPeriod = settings.RequestsPerSecond < 10 ? TimeSpan.FromSeconds(1.0 / settings.RequestsPerSecond) : TimeSpan.FromSeconds(Math.Max(1, settings.RequestsPerSecond / 10) / (double)settings.RequestsPerSecond),
        QueueLimit = 0,
    };

    // Who is still sending must have read the answer before the connection is closed.
    private async Task Refuse(ConnectionContext connection)
    {
        string message = $"There are {settings.MaxConnections} connections (http.maxConnections). Close those that you do not need, or try again in a while.";
        _log.Note("http.maxConnections", message, (connection.RemoteEndPoint as System.Net.IPEndPoint)?.Address.ToString(), null);
        string body = $$$"""{"jsonrpc":"2.0","id":null,"error":{"code":{{{HttpRefusal.Forbidden}}},"message":"{{{message}}}"}}""";
        string answer = $"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 10\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        using CancellationTokenSource end = new(Farewell);
        try
        {
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer), end.Token);
            await connection.Transport.Output.CompleteAsync();
            while (await connection.Transport.Input.ReadAsync(end.Token) is { IsCompleted: false } read)
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionResetException)
        {
            // It has had its time.
        }
    }
}
