using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary>What a server's <c>/health/ready</c> said, or why it said nothing.</summary>
/// <param name="Url">Who was asked.</param>
/// <param name="IsReady">A call would be served now.</param>
/// <param name="Fault">Why not, in a sentence.</param>
/// <param name="Answer">What it said.</param>
internal sealed record ServerHealth(Uri Url, bool IsReady, string Fault, JsonObject? Answer)
{
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Asks the server that listens on <paramref name="listen"/>; where that is every address, this machine's own.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public static async Task<ServerHealth> Ask(string listen, CancellationToken cancellationToken)
    {
        Uri url = AddressOf(listen);
        // A proxy of the environment would be asked for its own loopback.
        using SocketsHttpHandler direct = new() { UseProxy = false, AllowAutoRedirect = false };
        using HttpClient client = new(direct) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri(url, "/health/ready"), cancellationToken);
            return Read(url, response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException failure)
        {
            return new(url, false, failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                ? $"Nothing answers at {url}: {failure.Message}" : $"What answers at {url} is no server of ours: {failure.Message}", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(url, false, $"The server at {url} did not answer within {Patience.TotalSeconds:0} seconds.", null);
        }
    }

    public string ToJson()
    {
        JsonObject json = Answer?.DeepClone().AsObject() ?? new() { ["status"] = Fault };
        json.Insert(0, "url", Url.ToString());
        json.Insert(1, "ready", IsReady);
        return json.ToJsonString(new JsonSerializerOptions { Encoder = new PlainJsonEncoder() });
    }

    private static ServerHealth Read(Uri url, HttpStatusCode code, string body)
    {
        if (code is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable) || StatusIn(body) is not ({ } answer, { } status))
            return new(url, false, $"What answers at {url} is no server of ours: {(int)code} for /health/ready.", null);
        return code == HttpStatusCode.OK ? new(url, true, "", answer) : new(url, false, $"The server at {url} is not ready: {status}.", answer);
    }

    private static (JsonObject Answer, string Status)? StatusIn(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject answer && answer["status"] is JsonValue value && value.TryGetValue(out string? status) ? (answer, status) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Uri AddressOf(string listen)
    {
        if (!Uri.TryCreate(listen, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Port == 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"'{Text.Shown(listen, 80)}' names no server that can be asked.", "Use --url with the address that it printed, for example http://127.0.0.1:7717.");
        string host = !IPAddress.TryParse(uri.DnsSafeHost, out IPAddress? address) ? uri.Host
            : address.Equals(IPAddress.Any) ? IPAddress.Loopback.ToString() : address.Equals(IPAddress.IPv6Any) ? $"[{IPAddress.IPv6Loopback}]" : uri.Host;
        return new UriBuilder(uri.Scheme, host, uri.Port).Uri;
    }
}
