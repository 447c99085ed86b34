using System.Net.Sockets;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Hosting.StreamableHttp;
using AgentCraft.Server.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting;

/// <summary>Serves many clients over HTTP. Ends within two seconds of SIGTERM or SIGINT, whatever is open.</summary>
internal static class HttpHost
{
    /// <summary>Where the MCP endpoint is.</summary>
    public const string McpPath = "/mcp";

    /// <summary>Where Prometheus reads, if the settings let it.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>How long requests that are being handled have to finish and be answered.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the server has ended, with the process's exit code.</summary>
    /// <param name="settings">Where, and with which limits.</param>
    /// <param name="options">The server that clients see; all of them share it.</param>
    /// <param name="checkReady">Throws when a call could not be served now.</param>
    /// <param name="started">Is told the URL of the MCP endpoint.</param>
    /// <param name="loggerFactory">For the logs.</param>
    /// <param name="stopping">Is cancelled first of all: tools that wait must give up on it at once.</param>
    /// <param name="authenticator">Says who calls; null takes all names on trust, on this machine.</param>
    /// <param name="audit">Is told what limits refuse.</param>
    /// <param name="more">Adds what else is served: what people look at, what monitoring reads.</param>
    /// <exception cref="AgentCraftException">It may not, or cannot, listen there.</exception>
    public static async Task<int> Run(
        HttpSettings settings,
        McpServerOptions options,
        Func<CancellationToken, Task> checkReady,
        Action<Uri> started,
        ILoggerFactory loggerFactory,
        CancellationTokenSource stopping,
        Authenticator? authenticator = null,
        AuditLog? audit = null,
        Action<IEndpointRouteBuilder>? more = null)
    {
        using Limits limits = new(settings, audit);
        ListenAddress address = ListenAddress.Parse(settings.Url);
        await CheckReach(address, settings.Url, authenticator, loggerFactory);
        await using WebApplication app = Build(settings, address, limits, loggerFactory);
        await using StreamableHttpMapping mcp = new(options, settings, loggerFactory, stopping.Token, limits, authenticator);
        Health health = new(checkReady, mcp, loggerFactory.CreateLogger<Health>(), stopping.Token);
        health.Watch(options);
        Map(app, new RequestChecks(settings), limits, authenticator, mcp, health);
        more?.Invoke(app);

        using CancellationTokenRegistration first = app.Lifetime.ApplicationStopping.Register(stopping.Cancel);
        await Start(app, settings.Url);
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration ended = stopping.Token.Register(() => end.TrySetResult());
        started(new Uri(new Uri(AddressOf(app)), McpPath));
        await end.Task;
        await app.StopAsync();
        return 0;
    }

    private static async Task CheckReach(ListenAddress address, string url, Authenticator? authenticator, ILoggerFactory logs)
    {
        if (address.IsLoopback)
            return;
        await (authenticator ?? throw new AgentCraftException(ErrorCodes.NotAllowed, $"{url} can be reached from other machines.")).ExpectStrangers(url);
        address.RequireAddress();
        logs.CreateLogger(typeof(HttpHost)).LogWarning("{Url} can be reached from other machines, and http shows every token to whoever is between: put a proxy with TLS before it.", url);
    }

    private static void Map(WebApplication app, RequestChecks checks, Limits limits, Authenticator? authenticator, StreamableHttpMapping mcp, Health health)
    {
        app.Use(SecurityHeaders.Add);
        if (authenticator is not null)
            app.Use(authenticator.Refusals.Check);
        app.Use(checks.Check);
        if (authenticator is not null)
            app.Use(authenticator.Check);
        app.Use(limits.Check);
        if (authenticator?.Metadata is { } metadata)
        {
            app.MapGet(ResourceMetadata.Path, metadata.Get);
            app.MapGet(ResourceMetadata.Path + McpPath, metadata.Get);
        }
        // With the package ModelContextProtocol.AspNetCore: app.MapMcp(McpPath). See DESIGN.md.
        app.MapPost(McpPath, mcp.Post);
        app.MapGet(McpPath, mcp.Get);
        app.MapDelete(McpPath, mcp.Delete);
        app.MapGet("/health/live", health.Live);
        app.MapGet("/health/ready", health.Ready);
    }

    // The empty builder reads no configuration: neither a file of the project nor a variable of ASP.NET's can make us listen elsewhere.
    private static WebApplication Build(HttpSettings settings, ListenAddress address, Limits limits, ILoggerFactory loggerFactory)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new()
        {
            ApplicationName = "agentcraft",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton(loggerFactory).AddLogging().AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Grace);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, settings, address, limits));
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, HttpSettings settings, ListenAddress address, Limits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(settings.HeaderSeconds);
        kestrel.Limits.MinRequestBodyDataRate = settings.MinBodyRate == 0 ? null : new MinDataRate(settings.MinBodyRate, TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxRequestBodySize = null; // BodyReader's: Kestrel would close before the client has read why.
        // Kestrel hangs up on one too many without a word: that is for those who do not even take ours.
        kestrel.Limits.MaxConcurrentConnections = settings.MaxConnections + Limits.MostBeingRefused;
        if (address.Address is { } ip)
            kestrel.Listen(ip, address.Port, Listen);
        else
            kestrel.ListenLocalhost(address.Port, Listen);

        void Listen(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(limits.Check);
        }
    }

    private static async Task Start(WebApplication app, string url)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new AgentCraftException(ErrorCodes.AddressUnavailable, $"Cannot listen on {url}: {failure.Message}",
                "Another server may run there already: use it, or take a free port with --url http://127.0.0.1:0.", inner: failure);
        }
    }

    /// <summary>Every address is none to call: of those, this machine's own are always let through.</summary>
    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()
            .Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//[::]:", "//[::1]:", StringComparison.Ordinal);
}
