using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace AgentCraft.Server.Tests.Telemetry;

/// <summary>Takes what servers send by OTLP over HTTP, on a free port of this process.</summary>
internal sealed class OtlpCollector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];

    public OtlpCollector()
    {
        using (System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }
        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _ = Task.Run(Listen);
    }

    public string Endpoint { get; }

    /// <summary>Everything that came, as it came.</summary>
    public string Raw => string.Concat(_received.Select(one => Encoding.Latin1.GetString(one.Body)));

    public IReadOnlyList<Span> Spans => [.. Bodies("/v1/traces").SelectMany(body => body.All(1, 2, 2)).Select(span => new Span(
        span.Text(5), span.Hex(1), span.Hex(4), span.Number(6), span.Attributes(9), span.All(15).FirstOrDefault() is { } status ? (status.Number(3), status.Text(2)) : (0, "")))];

    /// <summary>The names of metrics, each with the attributes of its points.</summary>
    public ILookup<string, Dictionary<string, string>> Metrics => Bodies("/v1/metrics").SelectMany(body => body.All(1, 2, 2))
        .SelectMany(metric => metric.All(9, 1).Select(point => (metric.Text(1), point.Attributes(9))).Concat(metric.All(7, 1).Concat(metric.All(5, 1)).Select(point => (metric.Text(1), point.Attributes(7)))))
        .ToLookup(one => one.Item1, one => one.Item2);

    public Dictionary<string, string> Resource => Bodies("/v1/traces").First().All(1, 1).First().Attributes(1);

    public void Dispose() => _listener.Close();

    private IEnumerable<Protobuf> Bodies(string path) => _received.Where(one => one.Path == path).Select(one => Protobuf.Read(one.Body));

    private async Task Listen()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using MemoryStream body = new();
                await context.Request.InputStream.CopyToAsync(body);
                _received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <param name="Name">The span's.</param>
    /// <param name="Trace">Hexadecimal.</param>
    /// <param name="Parent">Hexadecimal; empty without one.</param>
    /// <param name="Kind">2 is a server's.</param>
    /// <param name="Tags">Its attributes.</param>
    /// <param name="Status">2 is an error; and what is said of it.</param>
    public sealed record Span(string Name, string Trace, string Parent, ulong Kind, Dictionary<string, string> Tags, (ulong Code, string Message) Status);
}
