using System.Net;
using System.Text;
using System.Text.Json;

namespace AgentCraft.Testing;

/// <summary>One HTTP request and its response, whose body may still be coming: a stream of events, or JSON. No wait is without a limit.</summary>
public sealed class HttpExchange : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly TimeSpan _limit;
    private readonly StreamReader _body;

    private HttpExchange(HttpResponseMessage response, Stream body, TimeSpan limit) =>
        (_response, _body, _limit) = (response, new StreamReader(body, Encoding.UTF8), limit);

    /// <summary>The status.</summary>
    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>Comments that were passed over while events were read.</summary>
    public int Comments { get; private set; }

    /// <summary>Sends a request and returns when the headers of its response are there.</summary>
    public static async Task<HttpExchange> Send(HttpClient client, HttpRequestMessage request, TimeSpan limit, CancellationToken cancellation = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(limit);
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
        return new(response, await response.Content.ReadAsStreamAsync(end.Token), limit);
    }

    /// <summary>The value of a header; null when there is none.</summary>
    public string? Header(string name) =>
        _response.Headers.TryGetValues(name, out var values) || _response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values) : null;

    /// <summary>The JSON of the next event; null when the stream has ended.</summary>
    public async Task<JsonElement?> NextEvent(CancellationToken cancellation = default)
    {
        StringBuilder data = new();
        while (await NextLine(cancellation) is { } line)
        {
            if (line.StartsWith(':'))
                Comments++;
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.Append(line, 6, line.Length - 6);
            else if (line.Length == 0 && data.Length > 0)
                return JsonElement.Parse(data.ToString());
        }
        return null;
    }

    /// <summary>The next line of the stream, whatever it is; null at its end.</summary>
    public async Task<string?> NextLine(CancellationToken cancellation = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(_limit);
        try
        {
            return await _body.ReadLineAsync(end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {_limit.TotalSeconds} s in vain for the next line of a response.");
        }
    }

    /// <summary>The rest of the body.</summary>
    public async Task<string> Rest() => await _body.ReadToEndAsync().WaitAsync(_limit);

    /// <summary>The JSON-RPC error that the body is.</summary>
    public async Task<JsonElement> Error() => JsonElement.Parse(await Rest()).GetProperty("error");

    /// <summary>Hangs up, whether the response has ended or not.</summary>
    public void Dispose() => _response.Dispose();
}
