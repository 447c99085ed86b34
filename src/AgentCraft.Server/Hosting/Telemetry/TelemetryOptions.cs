using System.Runtime.CompilerServices;
using AgentCraft.Data;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>
/// Where traces and metrics go: what the environment or the command line says, by our name or by OpenTelemetry's own. Known before anything else is
/// read, so that the first message is traced already; a project's file has no say.
/// </summary>
/// <param name="Traces">Where traces go; null for nowhere.</param>
/// <param name="Metrics">Where metrics go; null for nowhere.</param>
/// <param name="IsGrpc">By gRPC; else by HTTP.</param>
internal sealed record TelemetryOptions(Uri? Traces, Uri? Metrics, bool IsGrpc)
{
    private const string Setting = "telemetry.endpoint", Variable = "AGENTCRAFT__TELEMETRY__ENDPOINT", Otlp = "OTEL_EXPORTER_OTLP_";

    /// <summary>Begins to send, where that is configured: dispose the result at the end. Null where it is not, or cannot be.</summary>
    /// <param name="given">Settings of the command line.</param>
    /// <param name="stores">The stores; null while there are none.</param>
    /// <param name="log">Told what keeps it from beginning.</param>
    public static IDisposable? Begin(IReadOnlyDictionary<string, string>? given, Func<Stores?> stores, ILogger log)
    {
        try
        {
            return Find(given?.FirstOrDefault(pair => pair.Key.Equals(Setting, StringComparison.OrdinalIgnoreCase)).Value, Environment.GetEnvironmentVariable) is { } options ? Export(options, stores) : null;
        }
        catch (Exception fault) when (fault is UriFormatException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            // Nobody is to do without the server because nobody can watch it.
            log.LogWarning("No telemetry is sent: {Fault}", fault.Message);
            return null;
        }
    }

    /// <summary>What the variables say; null when nothing is to be sent.</summary>
    /// <param name="endpoint">What the command line says.</param>
    /// <param name="variable">Gives a variable.</param>
    /// <exception cref="UriFormatException">An address that is none.</exception>
    internal static TelemetryOptions? Find(string? endpoint, Func<string, string?> variable)
    {
        if (string.Equals(variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
            return null;
        bool isGrpc = variable($"{Otlp}PROTOCOL") == "grpc";
        string? own = NonEmpty(endpoint) ?? NonEmpty(variable(Variable)), common = own ?? NonEmpty(variable($"{Otlp}ENDPOINT"));
        Uri? traces = Of("TRACES", "/v1/traces"), metrics = Of("METRICS", "/v1/metrics");
        return traces is null && metrics is null ? null : new(traces, metrics, isGrpc);

        Uri? Of(string signal, string path)
        {
            if (variable($"OTEL_{signal}_EXPORTER") == "none")
                return null;
            string? address = own is null && NonEmpty(variable($"{Otlp}{signal}_ENDPOINT")) is { } exact ? exact
                : common is null ? null : isGrpc ? common : common.TrimEnd('/') + path;
            return address is null ? null : new Uri(address);
        }
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    // A method of its own: whoever does not need it must not load the packages.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IDisposable Export(TelemetryOptions options, Func<Stores?> stores) => new TelemetryExport(options, stores);
}
