using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Hosting.Telemetry;
using AgentCraft.Server.Tests.Cli;
using AgentCraft.Server.Tests.Dashboard;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Secrets that are sent wherever something can be sent come out nowhere: not even in logs of every level.</summary>
[OnEveryEngine]
public sealed class CanaryTests : IAsyncLifetime
{
    private const string Stateless = "2026-07-28";

    /// <summary>None is good; each is what it looks like, with a part by which it is known again.</summary>
    private static readonly (string Secret, string Mark)[] Secrets =
    [
        ("agc_Zm9vYmFyY2FuYXJ5Zm9vYmFyY2FuYXJ5Zm9vYmFyMTI3", "YmFyY2FuYXJ5"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkiLCJzZWNyZXQiOiJ4eXp6eSJ9.c2lnbmVkLWNhbmFyeS0xMjM0NTY3ODkw", "jYW5hcnk"),
        ("Host=db.example;Username=u;Password=c4nary-of-store", "c4nary-of-store"), ("postgres://u:c4nary-of-url@db.example/x", "c4nary-of-url"),
        ("Bearer c4nary-of-issuer-123456", "c4nary-of-issuer"), ("ghp_c4naryOfAnotherPlace0123456789", "c4naryOfAnother"),
    ];

    private readonly TemporaryProject _project = new();
    private readonly MemoryStream _log = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<string> _answers = [];
    private Stores _stores = null!;
    private LoggerFactory _logs = null!;
    private Task _running = Task.CompletedTask;
    private HttpServer _server = null!;

    public async Task InitializeAsync()
    {
        _logs = new([new LineLoggerProvider(() => Stream.Synchronized(_log))], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        _stores = Roots.OpenStores(_project.Root, new StoreOptions(TestStore.Of(_project.Root) ?? "", Settings: new Dictionary<string, string> { ["http.requestsPerSecond"] = "100000" }), _logs);
        TaskCompletionSource<Uri> started = new();
        _running = HttpServing.Serve(_stores, _stores.Settings.Http with { Url = "http://127.0.0.1:0" }, new ToolOptions("all"), started.SetResult, _logs, _stopping);
        _server = HttpServer.Hosted(await started.Task.WaitAsync(TimeSpan.FromSeconds(30)), () => "", () => Task.CompletedTask);
    }

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        await _stores.DisposeAsync();
        _logs.Dispose();
        _project.Dispose();
    }

    [Fact]
    public async Task No_secret_comes_out_of_a_server_whatever_it_was_sent_as()
    {
        ConcurrentBag<string> traces = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == Operation.SourceName, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => traces.Add($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(happened => happened.Tags))} {string.Join(' ', span.Baggage)}"),
        };
        ActivitySource.AddActivityListener(listener);
        await SendAsCallers();
        CreatedToken own = await _stores.Tokens.Create(new("mallory", TokenScope.Admin));
        HttpConnection client = await _server.Connect(Stateless, own.Secret);
        (await client.Call("start_session")).Succeeded();
        foreach ((string secret, _) in Secrets.Append((own.Secret, "")))
        {
            await SendAsHeaders(secret);
            await SendAsPlaces(client, secret);
        }
        await SendAsArguments(client);
        ToolAnswer backup = await client.Call("create_backup", new { confirm = true });
        // A database server is backed up by its own means.
        Assert.Equal(TestStore.Of(_project.Root) is null, !backup.IsError);
        _answers.Add(backup.Text);
        await _stores.Audit.Flush();
        Browser browser = new(_server);
        await browser.SignIn(own.Secret);
        string pages = string.Concat(await Task.WhenAll(new[] { "/", "/agents", "/agents/mallory", "/events", "/database", "/sign-in", $"/search?q={own.Secret}", $"/agents/{own.Secret}" }.Select(async path => (await browser.Get(path)).Html)));

        (string, string)[] opened = [(own.Secret, own.Secret[8..^4]), .. StorePassword()], marks = [.. Secrets, .. opened];
        string audit = string.Join('\n', (await Rows()).Select(row => JsonSerializer.Serialize(row)));
        string manifest = backup.IsError ? "" : string.Concat(Directory.EnumerateFiles(_project.PathOf(".agentcraft", "backups"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText));
        string commands = string.Concat(await Task.WhenAll(new[] { "status", "doctor", "config show", "token list", "audit list", "audit verify", "backup list" }.Select(Output)));
        string log = Encoding.UTF8.GetString(_log.ToArray());
        Assert.True(audit.Length > 10_000 && (backup.IsError || manifest.Length > 100) && log.Length > 10_000 && _answers.Count > 500, $"{audit.Length} {manifest.Length} {log.Length} {_answers.Count}");
        List<string> found = [];
        Assert.True(traces.Count > 500 && pages.Length > 5000, $"{traces.Count} {pages.Length}");
        // Pages show what agents wrote, as get_conversation does; what they were opened with stays out of them.
        Assert.All(opened, mark => Assert.DoesNotContain(mark.Item2, pages));
        foreach ((string name, string text) in new[] { ("log", log), ("audit", audit), ("manifest", manifest), ("commands", commands), ("traces", string.Join('\n', traces)) }.Concat(_answers.Select(answer => ("answer", answer))))
            foreach ((_, string mark) in marks)
                if (text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and int at)
                    found.Add($"{name}: …{text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 60)]}…");
        Assert.True(found.Count == 0, string.Join("\n", found.Distinct().Take(20)));
    }

    [Fact]
    public async Task No_secret_comes_out_of_a_command()
    {
        const string Password = "c4nary-of-pg";
        List<string> said = [];
        foreach (string store in new[] { $"Host=127.0.0.1;Port=1;Username=u;Password={Password};Timeout=1", $"postgres://u:{Password}@127.0.0.1:1/x", $"nonsense;Password={Password}" })
            foreach (string command in new[] { "status", "config show", "token list" })
            {
                CommandRun run = await CommandRun.Of(_project.Root, [.. command.Split(' '), "--store", store]);
                said.Add($"{command}: {run.Output}{run.Error}");
            }
        Assert.DoesNotContain(said, text => text.Contains(Password, StringComparison.Ordinal));
    }

    /// <summary>That of the database that is in use.</summary>
    private IEnumerable<(string, string)> StorePassword() =>
        TestStore.Of(_project.Root) is { } store && new NpgsqlConnectionStringBuilder(store).Password is { Length: > 0 } password ? [(store, password)] : [];

    /// <summary>While names are taken on trust.</summary>
    private async Task SendAsCallers()
    {
        HttpConnection client = await _server.Connect(Stateless);
        foreach (string tool in new[] { "log_message", "read_inbox", "record_metric", "remove_agent", "run_maintenance" })
            foreach ((string secret, _) in Secrets)
                _answers.Add((await client.Call(tool, tool == "log_message" ? new { from = secret, to = "x", content = "x" } : tool == "remove_agent" ? new { agent = secret, name = secret } : tool == "record_metric" ? new { agent = secret, name = "x", value = 1 } : new { agent = secret })).Text);
    }

    private async Task SendAsHeaders(string secret)
    {
        foreach (string header in new[] { "Authorization", "Origin", "Host", "Mcp-Session-Id", "MCP-Protocol-Version", "X-AgentCraft-Toolsets", "Cookie", "Mcp-Name", "Referer" })
            foreach (string value in new[] { secret, $"Bearer {secret}x", $"Basic {secret}" })
                await Note(_server.Send(HttpMethod.Post, "/mcp", null, new Dictionary<string, string?> { [header] = value }));
    }

    private async Task SendAsPlaces(HttpConnection client, string secret)
    {
        string word = Uri.EscapeDataString(secret);
        foreach (string path in new[] { $"/mcp?access_token={word}", $"/mcp/{word}", $"/{word}", $"/mcp?x={word}" })
            await Note(_server.Send(HttpMethod.Get, path));
        foreach ((string method, object parameters) in new (string, object)[]
        {
            ("tools/call", new { name = secret, arguments = new { } }), ("tools/call", new { name = "list_agents", arguments = new Dictionary<string, object> { [secret] = 1 } }),
            ("prompts/get", new { name = secret }), ("prompts/get", new { name = "coordinate", arguments = new Dictionary<string, string> { ["agent"] = secret } }), ("resources/read", new { uri = $"agentcraft://agents/{secret}/inbox" }),
            ("resources/read", new { uri = secret }), ("completion/complete", new { @ref = new { type = "ref/prompt", name = secret }, argument = new { name = secret, value = secret } }),
        })
            await Note(client.Post(7, method, parameters));
        // What the SDK answers to a method that it does not know repeats it to whoever sent it; only our log is of interest then.
        using HttpExchange unknown = await client.Post(7, secret, new { });
    }

    /// <summary>Every text argument of every tool.</summary>
    private async Task SendAsArguments(HttpConnection client)
    {
        int n = 0;
        foreach (CatalogTool tool in new ToolCatalog(new Lazy<Stores>(() => throw new InvalidOperationException())).All)
            foreach (JsonProperty argument in tool.Definition.InputSchema.GetProperty("properties").EnumerateObject())
            {
                string secret = Secrets[n++ % Secrets.Length].Secret;
                ToolAnswer answer = await client.Call(tool.Name, new Dictionary<string, object> { [argument.Name] = secret, ["timeoutSeconds"] = 0 }.Where(pair => pair.Key == argument.Name || tool.Name == "wait_for_messages").ToDictionary());
                if (answer.IsError)
                    _answers.Add($"{tool.Name} {argument.Name}: {answer.Text}");
            }
    }

    private async Task Note(Task<HttpExchange> sending)
    {
        try
        {
            using HttpExchange exchange = await sending;
            string? header = exchange.Header("WWW-Authenticate");
            _answers.Add($"{header} {await exchange.Rest()}");
        }
        catch (Exception refused) when (refused is HttpRequestException or FormatException or ArgumentException or UriFormatException)
        {
            // The client itself would not send it.
        }
    }

    private async Task<List<Data.Audit.AuditRow>> Rows()
    {
        List<Data.Audit.AuditRow> rows = [];
        Data.Audit.AuditPage? page = null;
        while (page is not { HasMore: false })
            rows.AddRange((page = await _stores.Audit.List(new(), 200, page?.Cursor)).Entries);
        return rows;
    }

    private async Task<string> Output(string command)
    {
        CommandRun run = await CommandRun.Of(_project.Root, command.Split(' '));
        return run.Output + run.Error;
    }
}
