using System.Diagnostics.Metrics;
using AgentCraft.Data;
using AgentCraft.Data.Monitoring;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>
/// Sends traces and metrics to an OTLP collector. The packages for it are loaded only where one is configured, by
/// <see cref="TelemetryOptions.Begin"/>. The SDK's own source, Experimental.ModelContextProtocol, is left alone: it writes down what clients wrote.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const int LastWordsMs = 400;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly Meter _store = new(Operation.SourceName);

    public TelemetryExport(TelemetryOptions options, Func<Stores?> stores)
    {
        Observe(stores);
        ResourceBuilder resource = ResourceBuilder.CreateEmpty().AddTelemetrySdk()
            .AddService("agentcraft", serviceVersion: ServerOptions.Version, serviceInstanceId: Guid.NewGuid().ToString()).AddEnvironmentVariableDetector();
        _traces = options.Traces is not { } traces ? null : Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource).AddSource(Operation.SourceName).AddOtlpExporter(exporter => Configure(exporter, options, traces)).Build();
        _metrics = options.Metrics is not { } metrics ? null : Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource).AddMeter(Operation.SourceName).AddOtlpExporter(exporter => Configure(exporter, options, metrics)).Build();
    }

    /// <summary>Sends what is left, if that is quick: a collector that is not there must not keep the server from ending.</summary>
    public void Dispose()
    {
        Task.WaitAll([Task.Run(() => _traces?.Shutdown(LastWordsMs)), Task.Run(() => _metrics?.Shutdown(LastWordsMs))], 2 * LastWordsMs);
        _store.Dispose();
    }

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions options, Uri endpoint) =>
        (exporter.Protocol, exporter.Endpoint) = (options.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, endpoint);

    /// <summary>What is watched of the store, and the calls of this server.</summary>
    private void Observe(Func<Stores?> stores)
    {
        _store.CreateObservableGauge("agentcraft.store.watched",
            () => (stores()?.Monitor.LatestGauges ?? []).Where(gauge => gauge.Value is not null).Select(gauge => new Measurement<double>(gauge.Value!.Value, [new("agentcraft.gauge", gauge.Name)])),
            description: "What is watched of the store, as of the last look.");
        _store.CreateObservableCounter("agentcraft.calls", () => stores()?.Monitor.Calls.Calls ?? 0, description: "Calls of tools that were answered.");
        _store.CreateObservableCounter("agentcraft.call.errors",
            () => (stores()?.Monitor.Calls.Errors ?? new Dictionary<string, long>()).Select(error => new Measurement<long>(error.Value, [new("agentcraft.error.code", error.Key)])),
            description: "Calls of tools that failed.");
    }
}
