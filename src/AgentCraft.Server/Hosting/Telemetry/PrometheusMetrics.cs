using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using AgentCraft.Data;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Monitoring;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>What <c>/metrics</c> answers, in the text format that Prometheus reads: durations since it was made, and how the store stands now.</summary>
internal sealed class PrometheusMetrics : IDisposable
{
    private const int MostSeries = 2000;

    private readonly Stores _stores;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Metric, string Labels), Series> _series = new();

    public PrometheusMetrics(Stores stores)
    {
        _stores = stores;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Operation.SourceName && instrument is Histogram<double>)
                listener.EnableMeasurementEvents(instrument, instrument);
        };
        _listener.SetMeasurementEventCallback<double>(Add);
        _listener.Start();
    }

    /// <summary>Answers a request.</summary>
    public async Task Get(HttpContext context)
    {
        StringBuilder text = new();
        AppendDurations(text);
        try
        {
            AppendStore(text, await _stores.Statistics.Get(context.RequestAborted));
        }
        catch (AgentCraftException unreadable)
        {
            text.Append("# The store cannot be read: ").Append(unreadable.Code).Append('\n');
        }
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        (string, string) key = (NameOf(instrument.Name), Labels(tags));
        if (_series.TryGetValue(key, out Series? series) || (_series.Count < MostSeries && (series = _series.GetOrAdd(key, _ => new(instrument))) is not null))
            series.Add(value);
    }

    private void AppendDurations(StringBuilder text)
    {
        foreach (IGrouping<string, KeyValuePair<(string Metric, string Labels), Series>> metric in _series.GroupBy(pair => pair.Key.Metric).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            string name = metric.Key + "_seconds";
            Head(text, name, "histogram", metric.First().Value.Description);
            foreach ((var key, Series series) in metric.OrderBy(pair => pair.Key.Labels, StringComparer.Ordinal))
                series.AppendTo(text, name, key.Labels);
        }
    }

    private static void AppendStore(StringBuilder text, StoreStats stats)
    {
        Head(text, "agentcraft_rows", "gauge", "Rows of the store.");
        foreach ((string table, long rows) in new[]
        {
            ("agents", stats.Rows.Agents), ("documents", stats.Rows.Documents), ("messages", stats.Rows.Messages), ("metrics", stats.Rows.Metrics),
            ("projects", stats.Rows.Projects), ("sessions", stats.Rows.Sessions), ("tasks", stats.Rows.Tasks),
        })
            Line(text, "agentcraft_rows", $"kind=\"{table}\"", rows);
        Head(text, "agentcraft_agent_bytes", "gauge", "Bytes of what agents have of their own.");
        Line(text, "agentcraft_agent_bytes", "", stats.Agents.Bytes);
        Head(text, "agentcraft_watched", "gauge", "What is watched, as of the last look.");
        foreach (Gauge gauge in stats.Monitoring.Gauges.Where(gauge => gauge.Value is not null))
            Line(text, "agentcraft_watched", $"name=\"{gauge.Name}\"", gauge.Value!.Value);
        Head(text, "agentcraft_threshold", "gauge", "From when on it is told; 0 for never.");
        foreach (Gauge gauge in stats.Monitoring.Gauges)
            Line(text, "agentcraft_threshold", $"name=\"{gauge.Name}\"", gauge.Threshold);
        Head(text, "agentcraft_alert", "gauge", "1 while the threshold is crossed.");
        foreach (Gauge gauge in stats.Monitoring.Gauges)
            Line(text, "agentcraft_alert", $"name=\"{gauge.Name}\"", stats.Monitoring.Alerts.Any(alert => alert.Raised && alert.Name == gauge.Name) ? 1 : 0);
        Head(text, "agentcraft_calls_total", "counter", "Calls of tools that this server has answered.");
        Line(text, "agentcraft_calls_total", "", stats.Monitoring.Calls);
        Head(text, "agentcraft_call_errors_total", "counter", "Those that failed, by code.");
        foreach ((string code, long count) in stats.Monitoring.Errors)
            Line(text, "agentcraft_call_errors_total", $"code=\"{Escaped(code)}\"", count);
    }

    private static void Head(StringBuilder text, string name, string type, string? help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string key, object? value) in tags)
            labels.Append(labels.Length == 0 ? "" : ",").Append(NameOf(key)).Append("=\"").Append(Escaped(value?.ToString() ?? "")).Append('"');
        return labels.ToString();
    }

    private static string NameOf(string name) => name.Replace('.', '_');

    private static string Escaped(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    /// <summary>The values of an instrument with the same labels, counted in its buckets.</summary>
    private sealed class Series(Instrument instrument)
    {
        private readonly IReadOnlyList<double> _bounds = ((Histogram<double>)instrument).Advice?.HistogramBucketBoundaries ?? [];
        private readonly Lock _gate = new();
        private long[]? _counts;
        private double _sum;

        public string? Description => instrument.Description;

        public void Add(double value)
        {
            int bucket = 0;
            while (bucket < _bounds.Count && value > _bounds[bucket])
                bucket++;
            lock (_gate)
            {
                (_counts ??= new long[_bounds.Count + 1])[bucket]++;
                _sum += value;
            }
        }

        public void AppendTo(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                long below = 0;
                string before = labels.Length == 0 ? "" : labels + ",";
                for (int i = 0; i <= _bounds.Count; i++)
                    Line(text, name + "_bucket", $"{before}le=\"{(i < _bounds.Count ? _bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf")}\"", below += _counts?[i] ?? 0);
                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, below);
            }
        }
    }
}
